import type { Isolation, Permission, PluginMetadata } from '@plugboard/plugin-sdk'
import type { ManagedPlugin } from './managed-plugin.ts'
import type { Settings } from './manager-options.ts'
import { memoryBudget } from './permission.ts'
import type { LastError } from './plugin-failure.ts'
import { judgeHealth, type PluginHealth } from './plugin-health.ts'
import type { PluginState } from './plugin-state.ts'
import type { PluginStats } from './plugin-stats.ts'

/** A plugin as callers see it: a snapshot, read-only. */
export interface PluginInstance {
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
  /** The guest's process id; null inline and when nothing runs. */
  readonly pid: number | null
}

export function snapshotOf(plugin: ManagedPlugin): PluginInstance {
  const { metadata, path } = plugin.source
  return {
    metadata,
    state: plugin.state,
    enabled: plugin.enabled,
    isolation: plugin.isolation,
    grants: plugin.grants,
    path,
    dataPath: plugin.dataPath,
    loadTime: plugin.loadTime,
    activeSince: plugin.activeSince,
    stats: plugin.stats(),
    dependencies: Object.keys(metadata.dependencies),
    lastError: plugin.lastError,
    pid: plugin.pid,
  }
}

/** How a plugin is now. */
export function healthOf(plugin: ManagedPlugin, { errorLimit, mailboxCapacity }: Settings): PluginHealth {
  return judgeHealth({
    ...plugin.stats(),
    id: plugin.id,
    state: plugin.state,
    activeSince: plugin.activeSince,
    now: Date.now(),
    errorLimit,
    memoryBudgetBytes: memoryBudget(plugin.permissions),
    mailboxCapacity,
    lastErrorMessage: plugin.lastError?.message ?? null,
  })
}
