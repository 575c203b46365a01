import type { PluginSnapshot } from '../plugin/snapshot.ts'

/** Counts over all plugins. Totals count since the manager began and never fall. */
export interface ManagerStats {
  readonly totalPlugins: number
  readonly activePlugins: number
  readonly errorPlugins: number
  /** How many are loaded, by plugin type. */
  readonly loadedPluginTypes: Readonly<Record<string, number>>
  readonly totalEventsProcessed: number
  readonly totalErrors: number
  /** In bytes, of the plugins whose memory can be told. */
  readonly totalMemoryUsage: number
}

/** @param unloaded what plugins had counted that are unloaded now */
export function managerStats(
  plugins: readonly PluginSnapshot[],
  unloaded: { readonly eventsProcessed: number; readonly errorCount: number },
): ManagerStats {
  const loadedPluginTypes: Record<string, number> = {}
  let [activePlugins, errorPlugins, totalMemoryUsage] = [0, 0, 0]
  let { eventsProcessed: totalEventsProcessed, errorCount: totalErrors } = unloaded
  for (const { metadata, state, stats } of plugins) {
    const { pluginType } = metadata
    if (state === 'active') activePlugins += 1
    if (state === 'error') errorPlugins += 1
    loadedPluginTypes[pluginType] = (loadedPluginTypes[pluginType] ?? 0) + 1
    totalEventsProcessed += stats.lifetime.eventsProcessed
    totalErrors += stats.lifetime.errorCount
    totalMemoryUsage += stats.memoryUsageBytes ?? 0
  }
  return {
    totalPlugins: plugins.length,
    activePlugins,
    errorPlugins,
    loadedPluginTypes,
    totalEventsProcessed,
    totalErrors,
    totalMemoryUsage,
  }
}
