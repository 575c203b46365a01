const WINDOW_SECONDS = 60

/** Events and errors of the last 60 samples, from counters that never fall. */
export class RateWindow {
  readonly #events = new Float64Array(WINDOW_SECONDS)
  readonly #errors = new Float64Array(WINDOW_SECONDS)
  #next = 0
  #lastNow: number | null = null
  #lastEvents = 0
  #lastErrors = 0

  /** What happened since the sample before, per second; null at the first. @param now milliseconds of a monotonic clock */
  sample(
    now: number,
    events: number,
    errors: number,
  ): { eventsPerSecond: number; errorsPerSecond: number; errorRate60s: number | null } | null {
    const seconds = this.#lastNow === null ? null : Math.max(0.001, (now - this.#lastNow) / 1_000)
    const newEvents = Math.max(0, events - this.#lastEvents)
    const newErrors = Math.max(0, errors - this.#lastErrors)
    this.#lastNow = now
    this.#lastEvents = events
    this.#lastErrors = errors
    if (seconds === null) return null

    this.#events[this.#next] = newEvents
    this.#errors[this.#next] = newErrors
    this.#next = (this.#next + 1) % WINDOW_SECONDS
    const total = this.#events.reduce((sum, count) => sum + count, 0)
    const failed = this.#errors.reduce((sum, count) => sum + count, 0)
    return {
      eventsPerSecond: newEvents / seconds,
      errorsPerSecond: newErrors / seconds,
      errorRate60s: total === 0 ? null : failed / total,
    }
  }
}
