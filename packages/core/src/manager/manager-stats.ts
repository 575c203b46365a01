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
  /** Bytes are those of the values' JSON. */
  readonly sharedData: { readonly keys: number; readonly bytes: number }
  /** Messages that plugins have got and not answered. */
  readonly waitingMessages: { readonly count: number; readonly bytes: number }
}

export interface ManagerHoldings extends Pick<ManagerStats, 'sharedData' | 'waitingMessages'> {
  /** What plugins had counted that are unloaded now. */
  readonly unloaded: { readonly eventsProcessed: number; readonly errorCount: number }
}

export function managerStats(
  plugins: readonly PluginSnapshot[],
  { unloaded, sharedData, waitingMessages }: ManagerHoldings,
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
    sharedData,
    waitingMessages,
  }
}
