const SECONDS = 60

/** Counts events handled and failed in each of the last 60 seconds. */
export class ErrorWindow {
  readonly #processed = new Uint32Array(SECONDS)
  readonly #failed = new Uint32Array(SECONDS)
  #second = 0

  /** @param now milliseconds of a monotonic clock, as in `rate` */
  add(processed: number, failed: number, now: number): void {
    this.#advance(now)
    this.#processed[this.#second % SECONDS]! += processed
    this.#failed[this.#second % SECONDS]! += failed
  }

  /** Failed of handled events, 0…1; null when nothing was handled. */
  rate(now: number): number | null {
    this.#advance(now)
    const processed = sum(this.#processed)
    return processed === 0 ? null : sum(this.#failed) / processed
  }

  /** Seconds that have passed since are empty. */
  #advance(now: number): void {
    const second = Math.floor(now / 1_000)
    for (let at = Math.max(this.#second, second - SECONDS) + 1; at <= second; at += 1) {
      this.#processed[at % SECONDS] = 0
      this.#failed[at % SECONDS] = 0
    }
    this.#second = second
  }
}

function sum(counts: Uint32Array): number {
  return counts.reduce((total, count) => total + count, 0)
}
