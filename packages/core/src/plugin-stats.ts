import { ErrorWindow } from './error-window.ts'
import type { MailboxCounts } from './events/mailbox.ts'
import { LatencyHistogram } from './guest/latency-histogram.ts'
import type { HeapUsage, Receipt } from './guest/message.ts'
import type { InstanceUsage } from './runner/runner.ts'
import type { FailureKind } from './supervision/restart-policy.ts'

/** Percentiles of handler latency in milliseconds since this instance began; null before the first event. */
export interface Latency {
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

/** Why an instance was made after the first one: somebody asked for it, or the one before it failed. */
export type RestartReason = 'manual' | FailureKind

/** Where a guest's memory is, in bytes. */
export interface GuestMemory {
  /** Resident memory of its process, shared pages included. */
  readonly rssBytes: number
  /** Of the plugin's own thread; null until its guardian has told. */
  readonly heap: HeapUsage | null
}

/** Figures of one plugin. Those of the instance begin at 0 with each start; `lifetime` and the mailbox's never fall. */
export interface PluginStats {
  readonly eventsProcessed: number
  readonly errorCount: number
  /** Of the 10 that are tolerated. */
  readonly errorsTowardLimit: number
  /** Failed of the events handled in the last 60 s, 0…1, over all instances; null when none was handled. */
  readonly errorRate60s: number | null
  /** Resident memory that no other process shares. Null where it cannot be told: inline, not running, or no /proc. */
  readonly memoryUsageBytes: number | null
  readonly memory: GuestMemory | null
  readonly cpuTimeUs: number | null
  /** Of one processor, between the last two looks, a second apart: 1 is all of it. Null where it cannot be told. */
  readonly cpuShare: number | null
  /** Share of the last second that its event loop was busy, 0…1; null where it cannot be told. */
  readonly eventLoopUtilization: number | null
  /** When an event was last handled, in epoch milliseconds. */
  readonly lastActivity: number | null
  readonly mailboxDepth: number
  readonly inFlight: number
  readonly accepted: number
  readonly dropped: number
  readonly discarded: number
  readonly inDoubt: number
  readonly deadLetters: number
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

const NO_RESTARTS: Readonly<Record<RestartReason, number>> = {
  manual: 0,
  crash: 0,
  hang: 0,
  'out-of-memory': 0,
  'failed-start': 0,
  'error-limit': 0,
}

/** Keeps the figures of one plugin across its instances. */
export class PluginCounters {
  readonly #quietMs: number
  #eventsProcessed = 0
  #errorCount = 0
  #towardLimit = 0
  #lastErrorAt = 0
  #lastActivity: number | null = null
  #latency = new LatencyHistogram()
  #recentLatency = new LatencyHistogram()
  readonly #errors = new ErrorWindow()
  readonly #lifetime = { eventsProcessed: 0, errorCount: 0 }
  readonly #restarts: Record<RestartReason, number> = { ...NO_RESTARTS }
  #usage: InstanceUsage | null = null
  #cpuShare: number | null = null

  constructor(quietMs: number) {
    this.#quietMs = quietMs
  }

  get eventsProcessed(): number {
    return this.#eventsProcessed
  }

  get errorCount(): number {
    return this.#errorCount
  }

  /** Over all instances; they never fall. */
  get lifetime(): { readonly eventsProcessed: number; readonly errorCount: number } {
    return this.#lifetime
  }

  get memoryUsageBytes(): number | null {
    return this.#usage?.memoryBytes ?? null
  }

  errorsTowardLimit(now: number): number {
    return now - this.#lastErrorAt >= this.#quietMs ? 0 : this.#towardLimit
  }

  /** A new instance begins; null: it is the first one. */
  begin(reason: RestartReason | null): void {
    this.#eventsProcessed = 0
    this.#errorCount = 0
    this.#towardLimit = 0
    this.#latency = new LatencyHistogram()
    this.use(null)
    if (reason) this.#restarts[reason] += 1
  }

  /** What the instance uses; null when it cannot be told. */
  use(usage: InstanceUsage | null): void {
    const before = this.#usage
    const elapsedUs = usage && before ? (usage.activityAt - before.activityAt) * 1_000 : 0
    if (!usage) this.#cpuShare = null
    else if (before && elapsedUs > 0) this.#cpuShare = Math.max(0, usage.cpuTimeUs - before.cpuTimeUs) / elapsedUs
    this.#usage = usage
  }

  add(receipt: Receipt, now: number): void {
    this.#latency.add(receipt.latency)
    this.#recentLatency.add(receipt.latency)
    this.count({ processed: receipt.handled, failed: receipt.failures.length }, now)
  }

  count({ processed, failed }: { readonly processed: number; readonly failed: number }, now: number): void {
    if (processed === 0) return
    if (failed > 0) {
      this.#towardLimit = this.errorsTowardLimit(now) + failed
      this.#lastErrorAt = now
    }
    this.#eventsProcessed += processed
    this.#errorCount += failed
    this.#lifetime.eventsProcessed += processed
    this.#lifetime.errorCount += failed
    this.#errors.add(processed, failed, now)
    this.#lastActivity = now
  }

  /** The 95th percentile since this was last asked, in milliseconds; null when nothing was handled. */
  takeRecentP95Ms(): number | null {
    const p95 = this.#recentLatency.quantileMs(0.95)
    this.#recentLatency.drain()
    return p95
  }

  snapshot(mailbox: MailboxCounts, letters: { kept: number; evicted: number }, now: number): PluginStats {
    const usage = this.#usage
    return {
      eventsProcessed: this.#eventsProcessed,
      errorCount: this.#errorCount,
      errorsTowardLimit: this.errorsTowardLimit(now),
      errorRate60s: this.#errors.rate(now),
      memoryUsageBytes: this.memoryUsageBytes,
      memory: usage && { rssBytes: usage.rssBytes, heap: usage.heap },
      cpuTimeUs: usage?.cpuTimeUs ?? null,
      cpuShare: this.#cpuShare,
      eventLoopUtilization: usage?.utilization ?? null,
      lastActivity: this.#lastActivity,
      mailboxDepth: mailbox.queued,
      inFlight: mailbox.inFlight,
      accepted: mailbox.accepted,
      dropped: mailbox.dropped,
      discarded: mailbox.discarded,
      inDoubt: mailbox.inDoubt,
      deadLetters: letters.kept,
      deadLettersEvicted: letters.evicted,
      latency: {
        p50Ms: this.#latency.quantileMs(0.5),
        p95Ms: this.#latency.quantileMs(0.95),
        p99Ms: this.#latency.quantileMs(0.99),
      },
      lifetime: {
        ...this.#lifetime,
        restarts: Object.values(this.#restarts).reduce((sum, count) => sum + count, 0),
        restartsByReason: { ...this.#restarts },
      },
    }
  }
}
