import { LatencyHistogram } from '../guest-protocol/latency-histogram.ts'
import { ErrorWindow } from './error-window.ts'
import type { HandledCount } from './instance-counters.ts'
import type { PluginStats, RestartReason } from './plugin-stats.ts'

const NO_RESTARTS: Readonly<Record<RestartReason, number>> = {
  manual: 0,
  crash: 0,
  hang: 0,
  'out-of-memory': 0,
  'failed-start': 0,
  'error-limit': 0,
}

/** Counts over all instances of one plugin; the counts never fall. */
export class PluginTotals {
  readonly #recentLatency = new LatencyHistogram()
  readonly #errors = new ErrorWindow()
  readonly #restarts: Record<RestartReason, number> = { ...NO_RESTARTS }
  #eventsProcessed = 0
  #errorCount = 0
  #publishesRefused = 0
  #missed = 0
  #logsDropped = 0
  #lastActivity: number | null = null

  get lifetime(): PluginStats['lifetime'] {
    return {
      eventsProcessed: this.#eventsProcessed,
      errorCount: this.#errorCount,
      restarts: Object.values(this.#restarts).reduce((sum, count) => sum + count, 0),
      restartsByReason: { ...this.#restarts },
    }
  }

  get publishesRefused(): number {
    return this.#publishesRefused
  }

  /** Events that it wanted and that were published while it was not active. */
  get eventsMissed(): number {
    return this.#missed
  }

  get logsDropped(): number {
    return this.#logsDropped
  }

  /** When an event was last handled, in epoch milliseconds. */
  get lastActivity(): number | null {
    return this.#lastActivity
  }

  /** @param now milliseconds of a monotonic clock, as in `count` */
  errorRate60s(now: number): number | null {
    return this.#errors.rate(now)
  }

  refusedPublishes(count: number): void {
    this.#publishesRefused += count
  }

  droppedLogs(count: number): void {
    this.#logsDropped += count
  }

  missed(): void {
    this.#missed += 1
  }

  restarted(reason: RestartReason): void {
    this.#restarts[reason] += 1
  }

  /** @param epoch the time of day, in epoch milliseconds */
  count({ processed, failed }: HandledCount, now: number, epoch: number): void {
    this.#eventsProcessed += processed
    this.#errorCount += failed
    this.#errors.add(processed, failed, now)
    this.#lastActivity = epoch
  }

  /** @param pairs of bucket and count, as a histogram drains them */
  addLatency(pairs: readonly number[]): void {
    this.#recentLatency.add(pairs)
  }

  /** The 95th percentile since this was last asked, in milliseconds; null when nothing was handled. */
  takeRecentP95Ms(): number | null {
    const p95 = this.#recentLatency.quantileMs(0.95)
    this.#recentLatency.drain()
    return p95
  }
}
