const WINDOW_MS = 60_000

/** Hands out times so that no minute holds more than so many of them, over all plugins [SV3.d]. */
export class RestartBudget {
  readonly #perMinute: number
  /** Times handed out, in order; some may lie ahead. */
  readonly #times: number[] = []

  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  /** The next free time, not before `now`. Milliseconds of a monotonic clock, as `now` is. */
  reserve(now: number): number {
    while (this.#times.length > 0 && this.#times[0]! <= now - WINDOW_MS) this.#times.shift()
    const before = this.#times.at(-this.#perMinute)
    const time = Math.max(now, before === undefined ? now : before + WINDOW_MS, this.#times.at(-1) ?? now)
    this.#times.push(time)
    return time
  }

  /** A time that is not needed any more. */
  release(time: number): void {
    const at = this.#times.lastIndexOf(time)
    if (at !== -1) this.#times.splice(at, 1)
  }
}
