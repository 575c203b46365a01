import type {
  AvailablePlugin,
  ConfigView as CoreConfig,
  DeadLetter,
  CodePlace,
  CrashReport,
  LastError,
  Plan,
  PluginFact,
  PluginHealth,
  PluginSnapshot,
  PluginManager,
} from '@plugboard/core'
import { briefOf, missingPermissions, PluginError, unmetDependencies } from '@plugboard/core'
import { basename, dirname } from 'node:path'
import { topicOf, type Permission as CorePermission, type PluginEvent } from '@plugboard/plugin-sdk'
import type {
  ApiTokenView,
  AuditView,
  AvailableView,
  BoardRow,
  CallerView,
  ConfigRevisionView,
  ConfigView,
  DeadLetterView,
  DependencyView,
  EventLine,
  IncidentView,
  JsonObject,
  JsonValue,
  LastErrorView,
  LogLevelView,
  LogLine,
  Permission,
  PermissionsView,
  PlanView,
  PluginMetric,
  PluginView,
  Point,
  TimelineView,
} from '@plugboard/protocol'
import type { Principal } from './auth/principal.ts'
import { allowedOperations } from './auth/roles.ts'
import type { ApiTokenRow } from './store/tables/api-tokens.ts'
import type { AuditRow } from './store/tables/audit.ts'
import type { ConfigRevisionRow } from './store/tables/config-revisions.ts'
import type { IncidentRow } from './store/tables/incidents.ts'
import type { LogLevelRow } from './store/tables/logs.ts'
import type { TimelineRow } from './store/tables/timeline.ts'

// The only place that knows the core's objects and the wire's views both.

const MAX_LETTER_EVENTS = 10
const MAX_LOG_MESSAGE = 8_192
const MAX_EVENT_DATA = 4_096

type CulpritView = NonNullable<NonNullable<LastErrorView['evidence']>['culprit']>
type LogFact = Extract<PluginFact, { type: 'log' }>

function pluginView(
  plugin: PluginSnapshot,
  { health, configRevision }: { health: PluginHealth; configRevision: number },
): PluginView {
  const { metadata } = plugin
  return {
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
    lastError: plugin.lastError && lastErrorView(plugin.lastError),
    dependencies: [...plugin.dependencies],
    permissions: wirePermissions(metadata.permissions),
    grants: wirePermissions(plugin.grants),
    configRevision,
    health: { ...health, reasons: [...health.reasons] },
    stats: plugin.stats,
  }
}

export function boardRow(
  plugin: PluginSnapshot,
  health: PluginHealth,
  point: Point<PluginMetric> | undefined,
): BoardRow {
  const { metadata, stats, state } = plugin
  // To what a table shows: more digits would only be sent.
  const recent = (name: PluginMetric): number | null =>
    state === 'active' ? significant(point?.values[name] ?? null) : null
  const [reason] = health.reasons
  return {
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
    deadLetters: stats.deadLetters,
    lastActivity: stats.lastActivity,
    restarts: stats.lifetime.restarts,
  }
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

export function configView(config: CoreConfig): ConfigView {
  return { ...config } as ConfigView
}

export function configRevisionView({ sealed: _sealed, pluginId: _id, ...row }: ConfigRevisionRow): ConfigRevisionView {
  return { ...row, config: row.config as JsonObject, changes: [...row.changes] }
}

export function incidentView({ affected, evidence, ...row }: IncidentRow): IncidentView {
  return { ...row, affected: [...affected], evidence: evidence as JsonObject | null }
}

export function timelineView({ detail, ...row }: TimelineRow): TimelineView {
  return { ...row, detail: detail as JsonObject | null }
}

export function logLevelView({ pluginId, level, fallBack }: LogLevelRow): LogLevelView {
  return { id: pluginId, level, fallBack }
}

/** Cut where a plugin has said too much at once. */
export function logLineOf({ id, at, level, origin, message, fields }: LogFact): LogLine {
  const line = { id, at, level, origin, message: message.slice(0, MAX_LOG_MESSAGE) }
  return fields ? { ...line, fields: fields as JsonObject } : line
}

/** What is left of a plugin's failure, as it is kept with its incident. */
export function evidenceOf(manager: PluginManager, id: string): JsonObject | null {
  const error = manager.getPlugin(id)?.lastError
  if (!error) return null
  const { thrown, output, evidence } = lastErrorView(error)
  return JSON.parse(JSON.stringify({ thrown, output, ...evidence })) as JsonObject
}

export function callerView({ actor, role, account }: Principal): CallerView {
  return { actor, role, account, may: allowedOperations(role) }
}

export function apiTokenView({ hash: _hash, ...row }: ApiTokenRow): ApiTokenView {
  return row
}

export function auditView({ detail, ...row }: AuditRow): AuditView {
  return { ...row, detail: detail as JsonObject | null }
}

export function deadLetterView({ id, reason, events, error, at }: DeadLetter): DeadLetterView {
  return {
    id,
    reason,
    events: events.slice(0, MAX_LETTER_EVENTS).map((event) => ({ ...event })),
    eventCount: events.length,
    error,
    at,
  }
}

/** An event as a tail shows it: what it carries is left out where it is large. */
export function eventLine(event: PluginEvent): EventLine {
  const { id, at, source, type: _type, ...fields } = event
  const data = ('data' in fields ? fields.data : fields) as JsonValue
  const bytes = Buffer.byteLength(JSON.stringify(data))
  const isCut = bytes > MAX_EVENT_DATA
  return { id, at, source, topic: topicOf(event), data: isCut ? null : data, bytes, isCut }
}

export function dependencyViews(plugins: readonly PluginSnapshot[]): DependencyView[] {
  const loaded = new Map(plugins.map(({ metadata }) => [metadata.id, metadata]))
  const enabled = new Set(plugins.flatMap((plugin) => (plugin.enabled ? [plugin.metadata.id] : [])))
  return plugins.map(({ metadata }) => {
    const unmet = new Set(unmetDependencies(metadata, loaded).map(({ id }) => id))
    const needs = Object.entries(metadata.dependencies).map(([id, range]) => {
      const isEnabled = enabled.has(id)
      return { id, range, found: loaded.get(id)?.version ?? null, isEnabled, isMet: isEnabled && !unmet.has(id) }
    })
    return { id: metadata.id, needs }
  })
}

export function permissionsView({ metadata, grants }: PluginSnapshot): PermissionsView {
  const requested = metadata.permissions
  return {
    requested: wirePermissions(requested),
    granted: wirePermissions(grants),
    missing: wirePermissions(missingPermissions(requested, grants)),
  }
}

/** The same JSON; only the read-only marks differ. */
function wirePermissions(permissions: readonly CorePermission[]): Permission[] {
  return permissions as Permission[]
}

export function corePermissions(permissions: readonly Permission[]): CorePermission[] {
  return permissions as CorePermission[]
}

/** The view of a plugin that may have gone in between. */
export function viewOf(manager: PluginManager, id: string): PluginView | undefined {
  const plugin = manager.getPlugin(id)
  const health = manager.getPluginHealth(id)
  return plugin && health && pluginView(plugin, { health, configRevision: manager.getPluginConfig(id).revision })
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

function lastErrorView({ report, ...rest }: LastError): LastErrorView {
  return { ...rest, output: report?.output ?? null, evidence: report && evidenceView(report) }
}

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
