import { z } from 'zod'
import { jsonObject } from './json.ts'

const epochMs = z.number()
const count = z.number().int().nonnegative()

const pluginState = z.enum(['unloaded', 'loading', 'loaded', 'initializing', 'active', 'error', 'unloading'])

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
const thrown = z.object({
  name: z.string(),
  message: z.string(),
  stack: z.string().nullable(),
  code: z.string().nullable(),
})

const healthReason = z.object({ code: z.string(), level: z.enum(['bad', 'warning']), message: z.string() })

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
  memoryUsageBytes: z.number().nullable(),
  cpuTimeUs: z.number().nullable(),
  lastActivity: epochMs.nullable(),
  mailboxDepth: count,
  inFlight: count,
  accepted: count,
  dropped: count,
  discarded: count,
  inDoubt: count,
  deadLetters: count,
  deadLettersEvicted: count,
  latency: z.object({ p50Ms: z.number().nullable(), p95Ms: z.number().nullable(), p99Ms: z.number().nullable() }),
  lifetime: z.object({ eventsProcessed: count, errorCount: count, restarts: count }),
})

const lastErrorView = z.object({
  code: z.string(),
  message: z.string(),
  at: epochMs,
  thrown: thrown.nullable(),
  output: z.string().nullable(),
})

/** A plugin in full. Times are epoch milliseconds; never and none are null. */
export const pluginView = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  author: z.string(),
  license: z.string(),
  pluginType: z.string(),
  isolation: z.enum(['process', 'inline']),
  state: pluginState,
  enabled: z.boolean(),
  activeSince: epochMs.nullable(),
  nextRestartAt: epochMs.nullable(),
  lastError: lastErrorView.nullable(),
  dependencies: z.array(z.string()),
  permissions: z.array(permission),
  configRevision: count,
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
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})

export const configView = z.object({
  config: jsonObject,
  running: jsonObject.optional(),
  pendingRestart: z.boolean(),
  revision: count,
  schema: jsonObject.nullable(),
})

export const deadLetterView = z.object({
  id: z.string(),
  reason: z.enum(['handler-failed', 'guest-died', 'in-doubt']),
  /** The first ten; `eventCount` says how many there are. */
  events: z.array(z.looseObject({ id: z.string(), type: z.string() })),
  eventCount: count,
  error: thrown,
  at: epochMs,
})

export const managerStatsView = z.object({
  totalPlugins: count,
  activePlugins: count,
  errorPlugins: count,
  loadedPluginTypes: z.record(z.string(), count),
  totalEventsProcessed: count,
  totalErrors: count,
  totalMemoryUsage: z.number(),
})

export const busStatsView = z.object({
  totalPublished: count,
  totalSubscribers: count,
  eventsByType: z.record(z.string(), count),
})

export const permissionsView = z.object({
  requested: z.array(permission),
  granted: z.array(permission),
  missing: z.array(permission),
})

export type PluginState = z.infer<typeof pluginState>
export type Permission = z.infer<typeof permission>
export type Thrown = z.infer<typeof thrown>
export type HealthReason = z.infer<typeof healthReason>
export type HealthView = z.infer<typeof healthView>
export type StatsView = z.infer<typeof statsView>
export type LastErrorView = z.infer<typeof lastErrorView>
export type PluginView = z.infer<typeof pluginView>
export type AvailableView = z.infer<typeof availableView>
export type ConfigView = z.infer<typeof configView>
export type DeadLetterView = z.infer<typeof deadLetterView>
export type ManagerStatsView = z.infer<typeof managerStatsView>
export type BusStatsView = z.infer<typeof busStatsView>
export type PermissionsView = z.infer<typeof permissionsView>
