import type { PluginRegistry } from '../plugin/registry.ts'

/** Figures over all plugins. Totals count since the manager began and never fall. */
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

export function managerStats(registry: PluginRegistry): ManagerStats {
  const loadedPluginTypes: Record<string, number> = {}
  let [totalPlugins, activePlugins, errorPlugins, totalMemoryUsage] = [0, 0, 0, 0]
  let { eventsProcessed: totalEventsProcessed, errorCount: totalErrors } = registry.unloadedTotals
  for (const plugin of registry.all()) {
    const { lifetime, memoryUsageBytes } = plugin.events.stats()
    const { pluginType } = plugin.release.metadata
    totalPlugins += 1
    if (plugin.state === 'active') activePlugins += 1
    if (plugin.state === 'error') errorPlugins += 1
    loadedPluginTypes[pluginType] = (loadedPluginTypes[pluginType] ?? 0) + 1
    totalEventsProcessed += lifetime.eventsProcessed
    totalErrors += lifetime.errorCount
    totalMemoryUsage += memoryUsageBytes ?? 0
  }
  return {
    totalPlugins,
    activePlugins,
    errorPlugins,
    loadedPluginTypes,
    totalEventsProcessed,
    totalErrors,
    totalMemoryUsage,
  }
}
