import type { MailboxCounts } from './events/mailbox.ts'
import { LatencyHistogram } from './guest/latency-histogram.ts'
import type { Receipt } from './guest/message.ts'
import type { ProcessUsage } from './process-usage.ts'

/** Percentiles of handler latency in milliseconds since this instance began; null before the first event. */
export interface Latency {
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

/** Figures of one plugin. Those of the instance begin at 0 with each start; `lifetime` and the mailbox's never fall. */
export interface PluginStats {
  readonly eventsProcessed: number
  readonly errorCount: number
  /** Of the 10 that are tolerated. */
  readonly errorsTowardLimit: number
  /** Null where it cannot be told: inline, not running, or no /proc. */
  readonly memoryUsageBytes: number | null
  readonly cpuTimeUs: number | null
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
  readonly lifetime: { readonly eventsProcessed: number; readonly errorCount: number; readonly restarts: number }
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
  #lifetime = { eventsProcessed: 0, errorCount: 0, restarts: 0 }
  usage: ProcessUsage | null = null

  constructor(quietMs: number) {
    this.#quietMs = quietMs
  }

  get eventsProcessed(): number {
    return this.#eventsProcessed
  }

  get errorCount(): number {
    return this.#errorCount
  }

  errorsTowardLimit(now: number): number {
    return now - this.#lastErrorAt >= this.#quietMs ? 0 : this.#towardLimit
  }

  /** A new instance begins. */
  begin({ restarted }: { readonly restarted: boolean }): void {
    this.#eventsProcessed = 0
    this.#errorCount = 0
    this.#towardLimit = 0
    this.#latency = new LatencyHistogram()
    this.usage = null
    if (restarted) this.#lifetime.restarts += 1
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
    this.#lastActivity = now
  }

  /** The 95th percentile since this was last asked, in milliseconds; null when nothing was handled. */
  takeRecentP95Ms(): number | null {
    const p95 = this.#recentLatency.quantileMs(0.95)
    this.#recentLatency.drain()
    return p95
  }

  snapshot(mailbox: MailboxCounts, letters: { kept: number; evicted: number }, now: number): PluginStats {
    return {
      eventsProcessed: this.#eventsProcessed,
      errorCount: this.#errorCount,
      errorsTowardLimit: this.errorsTowardLimit(now),
      memoryUsageBytes: this.usage?.memoryBytes ?? null,
      cpuTimeUs: this.usage?.cpuTimeUs ?? null,
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
      lifetime: { ...this.#lifetime },
    }
  }
}
