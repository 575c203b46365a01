import type { Isolation, Permission, PluginMetadata } from '@plugboard/plugin-sdk'
import type { Plugin } from './plugin.ts'
import { memoryBudget } from '../catalog/permission.ts'
import type { Limits } from '../catalog/limits.ts'
import type { LastError } from '../errors/plugin-failure.ts'
import { judgeHealth, type PluginHealth } from './health.ts'
import type { PluginState } from './state.ts'
import type { PluginStats } from '../accounting/plugin-stats.ts'
import type { RestartPolicy } from '../supervision/restart-policy.ts'

/** A plugin at one moment, as callers see it. */
export interface PluginSnapshot {
  readonly metadata: PluginMetadata
  readonly state: PluginState
  readonly enabled: boolean
  readonly isolation: Isolation
  readonly grants: readonly Permission[]
  /** The path it was loaded from. */
  readonly path: string
  readonly dataPath: string
  /** When it was loaded, in epoch milliseconds. */
  readonly loadTime: number
  /** When it last became active, in epoch milliseconds; null when it is not. */
  readonly activeSince: number | null
  readonly stats: PluginStats
  readonly dependencies: readonly string[]
  readonly lastError: LastError | null
  readonly restartPolicy: RestartPolicy
  /** When it will be started again by itself, in epoch milliseconds; null: not. */
  readonly nextRestartAt: number | null
  /** How often it has failed without 10 healthy minutes in between. */
  readonly failuresInRow: number
  readonly limits: Limits
  /** So many errors are tolerated; one more stops it. */
  readonly errorLimit: number
  /** The guest's process id; null inline and when nothing runs. */
  readonly pid: number | null
}

/** What others know of a plugin. */
export interface Surroundings {
  readonly failuresInRow: number
  readonly dependenciesDown: readonly { readonly id: string; readonly state: PluginState }[]
}

export function snapshotOf(plugin: Plugin, { failuresInRow }: Surroundings): PluginSnapshot {
  const { metadata, path } = plugin.release
  const { activeSince, lastError, nextRestartAt } = plugin.status
  return {
    metadata,
    state: plugin.state,
    enabled: plugin.enabled,
    isolation: plugin.isolation,
    grants: plugin.grants,
    path,
    dataPath: plugin.dataPath,
    loadTime: plugin.loadTime,
    activeSince,
    stats: plugin.events.stats(),
    dependencies: Object.keys(metadata.dependencies),
    lastError,
    restartPolicy: plugin.restartPolicy,
    nextRestartAt,
    failuresInRow,
    limits: plugin.limits,
    errorLimit: plugin.errorLimit,
    pid: plugin.pid,
  }
}

/** How a plugin is now. */
export function healthOf(plugin: Plugin, surroundings: Surroundings): PluginHealth {
  const { activeSince, lastError, nextRestartAt } = plugin.status
  return judgeHealth({
    ...plugin.events.stats(),
    ...surroundings,
    id: plugin.id,
    state: plugin.state,
    activeSince,
    now: Date.now(),
    errorLimit: plugin.errorLimit,
    memoryBudgetBytes: memoryBudget(plugin.permissions),
    mailboxCapacity: plugin.limits.mailboxCapacity,
    lastError,
    isSilent: plugin.isSilent,
    nextRestartAt,
  })
}
