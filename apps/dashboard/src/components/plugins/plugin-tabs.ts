/** The tabs of a plugin's page, in their order. */
export const PLUGIN_TABS = [
  'overview',
  'config',
  'logs',
  'deadLetters',
  'performance',
  'versions',
  'permissions',
  'dependencies',
  'history',
] as const
export type PluginTab = (typeof PLUGIN_TABS)[number]
