import { LatencyHistogram } from '../guest-protocol/latency-histogram.ts'
import type { InstanceUsage } from '../runner/runner.ts'
import type { Latency } from './plugin-stats.ts'
import type { Share } from './sequential-test.ts'

/** Counts the events of one instance, and holds what it uses of the machine. */
export class InstanceCounters {
  readonly #quietMs: number
  readonly #latency = new LatencyHistogram()
  #eventsProcessed = 0
  #errorCount = 0
  #towardLimit = 0
  #lastErrorAt = 0
  #usage: InstanceUsage | null = null
  #cpuShare: number | null = null

  /** @param quietMs after this time without an error, the count toward the error limit starts at 0 again */
  constructor(quietMs: number) {
    this.#quietMs = quietMs
  }

  get eventsProcessed(): number {
    return this.#eventsProcessed
  }

  get errorCount(): number {
    return this.#errorCount
  }

  /** Null if it is unknown, and when the instance has ended. */
  get usage(): InstanceUsage | null {
    return this.#usage
  }

  /** Of one processor, between the last two readings: 1 is all of it. Null if it is unknown. */
  get cpuShare(): number | null {
    return this.#cpuShare
  }

  get latency(): Latency {
    return {
      p50Ms: this.#latency.quantileMs(0.5),
      p95Ms: this.#latency.quantileMs(0.95),
      p99Ms: this.#latency.quantileMs(0.99),
    }
  }

  /** How many events took longer than this, roughly, of those whose latency is known. */
  slowerThan(limitMs: number): Share {
    return { hits: this.#latency.countAbove(limitMs), trials: this.#latency.total }
  }

  /** @param now milliseconds of a monotonic clock, as in `count` */
  errorsTowardLimit(now: number): number {
    return now - this.#lastErrorAt >= this.#quietMs ? 0 : this.#towardLimit
  }

  count({ processed, failed }: HandledCount, now: number): void {
    if (failed > 0) {
      this.#towardLimit = this.errorsTowardLimit(now) + failed
      this.#lastErrorAt = now
    }
    this.#eventsProcessed += processed
    this.#errorCount += failed
  }

  /** @param pairs of bucket and count, as a histogram drains them */
  addLatency(pairs: readonly number[]): void {
    this.#latency.add(pairs)
  }

  /** What the instance uses now; null if it is unknown. */
  use(usage: InstanceUsage | null): void {
    const before = this.#usage
    const elapsedUs = usage && before ? (usage.activityAt - before.activityAt) * 1_000 : 0
    if (!usage) this.#cpuShare = null
    else if (before && elapsedUs > 0) this.#cpuShare = Math.max(0, usage.cpuTimeUs - before.cpuTimeUs) / elapsedUs
    this.#usage = usage
  }
}

/** Events whose handler finished, and those of them that failed. */
export interface HandledCount {
  readonly processed: number
  readonly failed: number
}
