import {
  briefOf,
  missingPermissions,
  PluginError,
  type AvailablePlugin,
  type CodePlace,
  type CrashReport,
  type LastError,
  type Plan,
  type PluginManager,
  type PluginSnapshot,
} from '@plugboard/core'
import {
  eventsLost,
  type AvailableView,
  type BoardRow,
  type LastErrorView,
  type PlanView,
  type PluginMetric,
  type PluginView,
  type Point,
  type SilenceView,
  type UpdateView,
} from '@plugboard/protocol'
import { basename, dirname } from 'node:path'
import { wirePermissions } from './permission.ts'

export function pluginView(plugin: PluginSnapshot): PluginView {
  const { metadata, health } = plugin
  return {
    node: plugin.node,
    id: metadata.id,
    name: metadata.name,
    version: metadata.version,
    description: metadata.description,
    author: metadata.author,
    license: metadata.license,
    pluginType: metadata.pluginType,
    isolation: plugin.isolation,
    path: plugin.path,
    events: [...metadata.events],
    state: plugin.state,
    enabled: plugin.enabled,
    activeSince: plugin.activeSince,
    restartPolicy: plugin.restartPolicy,
    nextRestartAt: plugin.nextRestartAt,
    failuresInRow: plugin.failuresInRow,
    errorLimit: plugin.errorLimit,
    bounds: {
      memoryBytes: plugin.memoryBudgetBytes,
      mailboxEvents: plugin.limits.mailboxCapacity,
      mailboxBytes: plugin.limits.mailboxBytes,
    },
    lastError: plugin.lastError && lastErrorView(plugin.lastError),
    dependencies: [...plugin.dependencies],
    permissions: wirePermissions(metadata.permissions),
    grants: wirePermissions(plugin.grants),
    configRevision: plugin.configRevision,
    digest: plugin.digest,
    update: plugin.update,
    health: { ...health, reasons: [...health.reasons] },
    stats: plugin.stats,
  }
}

export function boardRow(
  plugin: PluginSnapshot,
  { point, silence }: { readonly point: Point<PluginMetric> | undefined; readonly silence: SilenceView | null },
): BoardRow {
  const { metadata, stats, state, health } = plugin
  // To what a table shows: more digits would only be sent.
  const recent = (name: PluginMetric): number | null =>
    state === 'active' ? significant(point?.values[name] ?? null) : null
  const [reason] = health.reasons
  const update = plugin.update && !isOver(plugin.update.phase) ? plugin.update : null
  return {
    node: plugin.node,
    id: metadata.id,
    name: metadata.name,
    version: metadata.version,
    pluginType: metadata.pluginType,
    isolation: plugin.isolation,
    state,
    enabled: plugin.enabled,
    activeSince: plugin.activeSince,
    nextRestartAt: plugin.nextRestartAt,
    isHealthy: health.isHealthy,
    errorRate: health.errorRate,
    errorRate60s: recent('errorRate60s'),
    reasonLevel: reason?.level ?? null,
    reason: reason?.message ?? null,
    reasonCode: reason?.code ?? null,
    reasonDetails: reason?.details == null ? null : JSON.stringify(reason.details),
    lastErrorAt: plugin.lastError?.at ?? null,
    eventsProcessed: stats.eventsProcessed,
    errorCount: stats.errorCount,
    errorsTowardLimit: stats.errorsTowardLimit,
    eventsPerSecond: recent('eventsPerSecond'),
    memoryBytes: stats.memoryUsageBytes,
    cpuPercent: recent('cpuPercent'),
    p95Ms: recent('p95Ms'),
    mailboxDepth: stats.mailboxDepth,
    dropped: stats.dropped,
    inDoubt: stats.inDoubt,
    lostPerMinute: eventsLost(stats.lastMinute),
    deadLetters: stats.deadLetters,
    lastActivity: stats.lastActivity,
    restarts: stats.lifetime.restarts,
    updatePhase: update?.phase ?? null,
    updateFrom: update?.from ?? null,
    updateTo: update?.to ?? null,
    silencedUntil: silence?.until ?? null,
    silencedBy: silence?.by ?? null,
    silenceNote: silence?.note ?? null,
  }
}

function isOver(phase: UpdateView['phase']): boolean {
  return phase === 'settled' || phase === 'rolled-back' || phase === 'failed'
}

function significant(value: number | null): number | null {
  if (value === null) return null
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}

export function availableView({ path, metadata, error }: AvailablePlugin): AvailableView {
  const permissions = metadata?.permissions ?? []
  return {
    path,
    id: metadata?.id ?? null,
    name: metadata?.name ?? null,
    version: metadata?.version ?? null,
    description: metadata?.description ?? null,
    permissions: wirePermissions(permissions),
    missing: wirePermissions(missingPermissions(permissions, [])),
    error: error && briefOf(error),
  }
}

/** The view of a plugin that may have gone in between. */
export function viewOf(manager: PluginManager, id: string): PluginView | undefined {
  const plugin = manager.getPlugin(id)
  return plugin && pluginView(plugin)
}

/** @throws PluginError `PLUGIN_NOT_FOUND` */
export function foundView(manager: PluginManager, id: string): PluginView {
  return found(viewOf(manager, id), id)
}

/** @throws PluginError `PLUGIN_NOT_FOUND` */
export function foundPlugin(manager: PluginManager, id: string): PluginSnapshot {
  return found(manager.getPlugin(id), id)
}

function found<T>(value: T | undefined, id: string): T {
  if (value !== undefined) return value
  throw new PluginError('PLUGIN_NOT_FOUND', `there is no plugin ${id}`, { id })
}

export function planView({ steps }: Plan): PlanView {
  return { steps: [...steps] }
}

export function lastErrorView({ report, ...rest }: LastError): LastErrorView {
  return { ...rest, output: report?.output ?? null, evidence: report && evidenceView(report) }
}

type CulpritView = NonNullable<NonNullable<LastErrorView['evidence']>['culprit']>

function codeOf({ function: name, file, line, source }: Extract<CodePlace, { native: false }>): CulpritView {
  return { function: name, file, line, source }
}

/** The profile's path from the data folder on. */
function evidenceView({ exitCode, signal, place, profilePath, stack }: CrashReport): LastErrorView['evidence'] {
  return {
    exitCode,
    signal,
    native: place?.native ?? false,
    culprit: place === null || place.native ? null : codeOf(place),
    profile: profilePath && ['profiles', basename(dirname(profilePath)), basename(profilePath)].join('/'),
    stack: [...stack],
  }
}
