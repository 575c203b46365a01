import type { HeapUsage } from '../guest-protocol/message.ts'
import type { FailureKind } from '../supervision/restart-policy.ts'
import type { RecentFlow } from './flow-window.ts'

/** Percentiles of handler latency in milliseconds since this instance began; null before the first event. */
export interface Latency {
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

/** Why an instance was made after the first one: on request, or because the one before failed. */
export type RestartReason = 'manual' | FailureKind

/** Where a guest's memory is, in bytes. */
export interface GuestMemory {
  /** Resident memory of its process, shared pages included. */
  readonly rssBytes: number
  /** Of the plugin's own thread; null until the first heartbeat with this value. */
  readonly heap: HeapUsage | null
}

/**
 * Metrics of one plugin. Those of the instance start at 0 with each start. `lifetime`, `accepted`, `dropped`,
 * `discarded`, `inDoubt`, `missed`, `publishesRefused` and `logsDropped` never
 * decrease.
 */
export interface PluginStats {
  readonly eventsProcessed: number
  readonly errorCount: number
  /** Errors that count toward the option `errorLimit`. */
  readonly errorsTowardLimit: number
  /** Failed of the events handled in the last 60 s, 0…1, over all instances; null when none was handled. */
  readonly errorRate60s: number | null
  /** Resident memory that no other process shares. Null if it is unknown: inline, not running, or no /proc. */
  readonly memoryUsageBytes: number | null
  readonly memory: GuestMemory | null
  readonly cpuTimeUs: number | null
  /** Share of one processor between the last two readings, a second apart: 1 is all of it. Null if it is unknown. */
  readonly cpuShare: number | null
  /** Share of the last second that its event loop was busy, 0…1; null if it is unknown. */
  readonly eventLoopUtilization: number | null
  /** When an event was last handled, in epoch milliseconds. */
  readonly lastActivity: number | null
  readonly mailboxDepth: number
  /** Of the events that wait, roughly. */
  readonly mailboxBytes: number
  readonly inFlight: number
  readonly accepted: number
  readonly dropped: number
  readonly discarded: number
  readonly inDoubt: number
  /** Events that it wanted and that were published while it was enabled and not active: it restarted, or was in error. */
  readonly missed: number
  /** Publications and other requests of the plugin that were refused, mostly for their rate. */
  readonly publishesRefused: number
  /** Log entries beyond 1,000 a second or 5,000 at once, output included, and lines about its failures beyond 20 a second or 500 at once. */
  readonly logsDropped: number
  readonly lastMinute: RecentFlow
  readonly deadLetters: number
  /** Of their events and errors, roughly. */
  readonly deadLetterBytes: number
  /** Dead letters that gave way to newer ones. */
  readonly deadLettersEvicted: number
  readonly latency: Latency
  readonly lifetime: {
    readonly eventsProcessed: number
    readonly errorCount: number
    readonly restarts: number
    readonly restartsByReason: Readonly<Record<RestartReason, number>>
  }
}
