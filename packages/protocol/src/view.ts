import { z } from 'zod'
import { jsonObject } from './json.ts'
import { count, epochMs } from './number.ts'

export const pluginState = z.enum(['unloaded', 'loading', 'loaded', 'initializing', 'active', 'error', 'unloading'])

export const restartPolicy = z.enum(['never', 'on-crash', 'always'])

export const permission = z.union([
  z.enum(['ReadVmState', 'WriteVmState', 'NetworkAccess', 'ExecuteSyscall']),
  z.object({
    name: z.literal('FileSystemAccess'),
    read: z.array(z.string()).optional(),
    write: z.array(z.string()).optional(),
  }),
  z.object({ name: z.literal('MemoryAllocation'), bytes: z.number().int().positive() }),
])

/** What a plugin threw: data, and the plugin's own words. */
export const thrown = z.object({
  name: z.string(),
  message: z.string(),
  stack: z.string().nullable(),
  code: z.string().nullable(),
})

/** An error that has happened: what it says, and what that is made of. */
export const errorBrief = z.object({ code: z.string(), message: z.string(), details: z.unknown() })

const healthReason = z.object({
  code: z.string(),
  level: z.enum(['bad', 'warning']),
  message: z.string(),
  details: z.unknown(),
})

export const healthView = z.object({
  pluginId: z.string(),
  state: pluginState,
  uptimeSeconds: z.number(),
  /** Failed of processed events since the instance began, 0…1. */
  errorRate: z.number(),
  memoryUsageBytes: z.number().nullable(),
  eventsProcessed: count,
  isHealthy: z.boolean(),
  reasons: z.array(healthReason),
})

const statsView = z.object({
  eventsProcessed: count,
  errorCount: count,
  errorsTowardLimit: count,
  errorRate60s: z.number().nullable(),
  memoryUsageBytes: z.number().nullable(),
  /** Of a guest process and of the heap of its plugin's thread, in bytes. */
  memory: z
    .object({
      rssBytes: z.number(),
      heap: z.object({ usedBytes: z.number(), totalBytes: z.number(), externalBytes: z.number() }).nullable(),
    })
    .nullable(),
  cpuTimeUs: z.number().nullable(),
  /** Of one processor: 1 is all of it. */
  cpuShare: z.number().nullable(),
  /** Share of the time that its event loop was busy, 0…1. */
  eventLoopUtilization: z.number().nullable(),
  lastActivity: epochMs.nullable(),
  mailboxDepth: count,
  /** Of the events that wait, roughly, in bytes. */
  mailboxBytes: count,
  inFlight: count,
  accepted: count,
  dropped: count,
  discarded: count,
  inDoubt: count,
  /** Events that it wanted and that were published while it was enabled and not running. */
  missed: count,
  publishesRefused: count,
  /** Log entries, output included, beyond 1,000 a second or 5,000 at once. */
  logsDropped: count,
  /** Counts of the last minute, or since the plugin was loaded, if that is shorter. */
  lastMinute: z.object({
    seconds: z.number(),
    accepted: count,
    processed: count,
    dropped: count,
    discarded: count,
    inDoubt: count,
    missed: count,
    refused: count,
    evicted: count,
    droppingSince: epochMs.nullable(),
  }),
  deadLetters: count,
  /** Roughly, in bytes. */
  deadLetterBytes: count,
  deadLettersEvicted: count,
  latency: z.object({ p50Ms: z.number().nullable(), p95Ms: z.number().nullable(), p99Ms: z.number().nullable() }),
  lifetime: z.object({
    eventsProcessed: count,
    errorCount: count,
    restarts: count,
    restartsByReason: z.object({
      manual: count,
      crash: count,
      hang: count,
      'out-of-memory': count,
      'failed-start': count,
      'error-limit': count,
    }),
  }),
})

/** What is left of an instance that crashed, hung or ran out of memory. */
const evidenceView = z.object({
  exitCode: z.number().nullable(),
  signal: z.string().nullable(),
  /** Where its own code was; the source is the text of that line. */
  culprit: z
    .object({ function: z.string(), file: z.string(), line: z.number(), source: z.string().nullable() })
    .nullable(),
  /** It was inside native code and could not be looked at. */
  native: z.boolean(),
  /** A `.cpuprofile`, below the server's data folder. */
  profile: z.string().nullable(),
  stack: z.array(z.string()),
})

const lastErrorView = errorBrief.extend({
  at: epochMs,
  thrown: thrown.nullable(),
  output: z.string().nullable(),
  evidence: evidenceView.nullable(),
})

/** What is known of one version while it ran. */
const updateMetrics = z.object({
  /** How long, in milliseconds. */
  forMs: z.number(),
  handled: count,
  failed: count,
  /** The 95th percentile of handler latency. */
  p95Ms: z.number().nullable(),
  /** Resident memory that no other process shares. */
  memoryBytes: z.number().nullable(),
  accepted: count,
  dropped: count,
})

/** The last update of a plugin. */
const updateView = z.object({
  from: z.string(),
  to: z.string(),
  /** Of the new version, where it is an installed one. */
  digest: z.string().nullable(),
  strategy: z.enum(['swap', 'exclusive', 'restart']),
  phase: z.enum(['preparing', 'handing-over', 'watching', 'settled', 'rolling-back', 'rolled-back', 'failed']),
  since: epochMs,
  /** When the watching ends at the latest. */
  until: epochMs.nullable(),
  /** What became of the state of the old version. */
  state: z.enum(['taken', 'none', 'dropped']).nullable(),
  /** How often it was taken up after the end of the server. */
  resumes: count,
  /** Of both versions, from the moment the new one has taken over. */
  metrics: z.object({ before: updateMetrics, after: updateMetrics }).nullable(),
  verdict: z
    .object({
      result: z.enum(['good', 'bad', 'unsure']),
      metric: z.enum([
        'crash',
        'hang',
        'out-of-memory',
        'error-limit',
        'host-ended',
        'error-rate',
        'latency',
        'memory',
        'dropped',
        'events',
        'time',
        'manual',
        'failed',
      ]),
      message: z.string(),
      error: errorBrief.nullable(),
    })
    .nullable(),
})

/** A plugin in full. Times are epoch milliseconds; never and none are null. */
export const pluginView = z.object({
  /** The host that it is on. */
  node: z.string(),
  id: z.string(),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  author: z.string(),
  license: z.string(),
  pluginType: z.string(),
  isolation: z.enum(['process', 'inline']),
  /** Where it was loaded from. */
  path: z.string(),
  /** The topics that it handles, as patterns. */
  events: z.array(z.string()),
  state: pluginState,
  enabled: z.boolean(),
  activeSince: epochMs.nullable(),
  restartPolicy,
  /** When the plugin will be restarted automatically. */
  nextRestartAt: epochMs.nullable(),
  /** How often it has failed without ten healthy minutes in between. */
  failuresInRow: count,
  /** The number of tolerated errors. One more error stops the plugin. */
  errorLimit: count,
  /** At which it is stopped, or its events are dropped. */
  bounds: z.object({ memoryBytes: count, mailboxEvents: count, mailboxBytes: count }),
  lastError: lastErrorView.nullable(),
  dependencies: z.array(z.string()),
  permissions: z.array(permission),
  grants: z.array(permission),
  configRevision: count,
  /** Of the files of an installed version; null where it is linked. */
  digest: z.string().nullable(),
  /** The last update since the server started; null: there was none. */
  update: updateView.nullable(),
  health: healthView,
  stats: statsView,
})

export const availableView = z.object({
  path: z.string(),
  id: z.string().nullable(),
  name: z.string().nullable(),
  version: z.string().nullable(),
  description: z.string().nullable(),
  permissions: z.array(permission),
  /** Those that the host would have to grant. */
  missing: z.array(permission),
  error: errorBrief.nullable(),
})

export const configView = z.object({
  config: jsonObject,
  running: jsonObject.optional(),
  pendingRestart: z.boolean(),
  revision: count,
  schema: jsonObject.nullable(),
  /** When each secret was set that `config` has a reference to, by the id in the reference; epoch milliseconds. */
  secretsSetAt: z.record(z.string(), epochMs),
})

/** One config of a plugin, with references in place of secrets. */
export const configRevisionView = z.object({
  revision: count,
  at: epochMs,
  /** Who set it. */
  actor: z.string(),
  /** The revision that it went back to. */
  revertedTo: count.nullable(),
  config: jsonObject,
  changes: z.array(
    z.object({ pointer: z.string(), kind: z.enum(['added', 'removed', 'changed']), isSecret: z.boolean() }),
  ),
})

export const managerStatsView = z.object({
  totalPlugins: count,
  activePlugins: count,
  errorPlugins: count,
  loadedPluginTypes: z.record(z.string(), count),
  totalEventsProcessed: count,
  totalErrors: count,
  totalMemoryUsage: z.number(),
  sharedData: z.object({ keys: count, bytes: count }),
  waitingMessages: z.object({ count, bytes: count }),
})

export const busStatsView = z.object({
  totalPublished: count,
  totalSubscribers: count,
  eventsByType: z.record(z.string(), count),
})

/** A source of events. Times are epoch milliseconds. */
export const sourceView = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'running', 'failed', 'stopped']),
  since: epochMs,
  published: count,
  /** Events that the bus refused. */
  refused: count,
  lastEventAt: epochMs.nullable(),
  /** One plain sentence; null where all is well. */
  problem: z.string().nullable(),
})

/** What an operation would do: its steps, in order, each with its reason. */
export const planView = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      action: z.enum(['load', 'enable', 'restart', 'disable', 'unload']),
      code: z.enum(['asked', 'loaded', 'needed', 'dependent']),
      reason: z.string(),
      details: z.unknown(),
    }),
  ),
})

/** One plugin and what it needs; a dependency that is not met says why. */
export const dependencyView = z.object({
  id: z.string(),
  needs: z.array(
    z.object({
      id: z.string(),
      /** A semver range. */
      range: z.string(),
      /** The version that is loaded; null when none is. */
      found: z.string().nullable(),
      /** Somebody wants it to run; false where it is not loaded. */
      isEnabled: z.boolean(),
      /** Its version fits, and it is enabled: what needs it can start. */
      isMet: z.boolean(),
    }),
  ),
})

/** A recording of a plugin that lies in the server's data folder. */
export const profileView = z.object({
  name: z.string(),
  kind: z.enum(['cpu', 'heap', 'heap-snapshot']),
  /** Recorded because the plugin did not respond, or on request. */
  cause: z.enum(['hang', 'asked']),
  at: epochMs,
  bytes: count,
})

/** What became of one plugin of several. */
export const bulkResult = z.object({
  id: z.string(),
  error: errorBrief.nullable(),
})

/** What an action on several plugins would do: one step for each plugin that changes. */
export const bulkPlanView = planView.extend({
  /** Those of the given plugins that would be refused, and why. */
  refused: z.array(z.object({ id: z.string(), error: errorBrief })),
})

/** Plugins that one actor disabled in one go. */
export const disabledTogether = z.object({
  /** When the last of them was disabled. */
  at: epochMs,
  by: z.string(),
  ids: z.array(z.string()),
})

export const permissionsView = z.object({
  requested: z.array(permission),
  granted: z.array(permission),
  missing: z.array(permission),
})

export type PluginState = z.infer<typeof pluginState>
export type RestartPolicy = z.infer<typeof restartPolicy>
export type Permission = z.infer<typeof permission>
export type Thrown = z.infer<typeof thrown>
export type ErrorBrief = z.infer<typeof errorBrief>
export type HealthReason = z.infer<typeof healthReason>
export type HealthView = z.infer<typeof healthView>
export type StatsView = z.infer<typeof statsView>
export type LastErrorView = z.infer<typeof lastErrorView>
export type UpdateView = z.infer<typeof updateView>
export type PluginView = z.infer<typeof pluginView>
export type AvailableView = z.infer<typeof availableView>
export type ConfigView = z.infer<typeof configView>
export type ConfigRevisionView = z.infer<typeof configRevisionView>
export type ManagerStatsView = z.infer<typeof managerStatsView>
export type BusStatsView = z.infer<typeof busStatsView>
export type SourceView = z.infer<typeof sourceView>
export type PlanView = z.infer<typeof planView>
export type DependencyView = z.infer<typeof dependencyView>
export type ProfileView = z.infer<typeof profileView>
export type BulkResult = z.infer<typeof bulkResult>
export type BulkPlanView = z.infer<typeof bulkPlanView>
export type DisabledTogether = z.infer<typeof disabledTogether>
export type PermissionsView = z.infer<typeof permissionsView>
