import type { Isolation, Permission, PluginMetadata } from '@plugboard/plugin-sdk'
import type { Plugin } from './plugin.ts'
import { memoryBudget } from '../catalog/permission.ts'
import type { Limits } from '../catalog/limits.ts'
import type { LastError } from '../errors/plugin-failure.ts'
import { judgeHealth, type PluginHealth } from './health.ts'
import type { PluginState } from './state.ts'
import type { PluginUpdate } from './update.ts'
import type { PluginStats } from '../accounting/plugin-stats.ts'
import type { RestartPolicy } from '../supervision/restart-policy.ts'

/** A plugin at one moment, as callers see it. */
export interface PluginSnapshot {
  /** The host that it is on. */
  readonly node: string
  readonly metadata: PluginMetadata
  readonly state: PluginState
  readonly enabled: boolean
  readonly isolation: Isolation
  readonly grants: readonly Permission[]
  /** The path it was loaded from. */
  readonly path: string
  /** Of the files of an installed version; null where it is linked. */
  readonly digest: string | null
  readonly dataPath: string
  /** When it was loaded, in epoch milliseconds. */
  readonly loadTime: number
  /** When it last became active, in epoch milliseconds; null when it is not. */
  readonly activeSince: number | null
  readonly stats: PluginStats
  readonly health: PluginHealth
  readonly dependencies: readonly string[]
  readonly lastError: LastError | null
  readonly restartPolicy: RestartPolicy
  /** When the plugin will be restarted automatically, in epoch milliseconds; null: not scheduled. */
  readonly nextRestartAt: number | null
  /** How often the plugin has failed without being active for `recoveredMs` (default 10 minutes) in between. */
  readonly failuresInRow: number
  readonly limits: Limits
  /** The memory that it may hold. */
  readonly memoryBudgetBytes: number
  /** So many errors are tolerated; one more stops it. */
  readonly errorLimit: number
  /** The guest's process id; null inline and when nothing runs. */
  readonly pid: number | null
  /** Of the config that was set last. */
  readonly configRevision: number
  /** The last update of it; null where there was none. */
  readonly update: PluginUpdate | null
}

/** What others know of a plugin. */
export interface Surroundings {
  readonly failuresInRow: number
  readonly dependenciesDown: readonly { readonly id: string; readonly state: PluginState }[]
  /** What it needs and what now runs in a version that does not do. */
  readonly dependenciesChanged: readonly { readonly id: string; readonly range: string; readonly found: string }[]
}

/** How a plugin is now; its stats are read once. */
export function snapshotOf(
  plugin: Plugin,
  { failuresInRow, dependenciesDown, dependenciesChanged }: Surroundings,
): PluginSnapshot {
  const { metadata, path, digest } = plugin.release
  const { activeSince, activeForMs, lastError, nextRestartAt } = plugin.status
  const { id, state, limits, errorLimit } = plugin
  const stats = plugin.events.stats()
  const memoryBudgetBytes = memoryBudget(plugin.permissions)
  const health = judgeHealth({
    ...stats,
    id,
    state,
    activeForMs,
    errorLimit,
    memoryBudgetBytes,
    mailboxCapacity: limits.mailboxCapacity,
    mailboxCapacityBytes: limits.mailboxBytes,
    lastError,
    isSilent: plugin.isSilent,
    degraded: plugin.degraded,
    lostSecrets: plugin.config.lostSecrets,
    nextRestartAt,
    failuresInRow,
    dependenciesDown,
    dependenciesChanged,
  })
  return {
    node: plugin.node,
    metadata,
    state,
    enabled: plugin.enabled,
    isolation: plugin.isolation,
    grants: plugin.grants,
    path,
    digest,
    dataPath: plugin.dataPath,
    loadTime: plugin.loadTime,
    activeSince,
    stats,
    health,
    dependencies: Object.keys(metadata.dependencies),
    lastError,
    restartPolicy: plugin.restartPolicy,
    nextRestartAt,
    failuresInRow,
    limits,
    memoryBudgetBytes,
    errorLimit,
    pid: plugin.pid,
    configRevision: plugin.config.revision,
    update: plugin.update,
  }
}
