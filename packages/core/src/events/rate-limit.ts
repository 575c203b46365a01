/** A token bucket of `perSecond` tokens a second; a burst may use up to `perSecond` tokens at once. */
export class RateLimit {
  readonly perSecond: number
  #allowance: number
  #refilledAt: number

  constructor(perSecond: number, now: number) {
    this.perSecond = perSecond
    this.#allowance = perSecond
    this.#refilledAt = now
  }

  /** @param now milliseconds of a monotonic clock */
  take(now: number): boolean {
    return this.takeUpTo(1, now) === 1
  }

  /** @returns how many of so many may pass */
  takeUpTo(count: number, now: number): number {
    this.#allowance = Math.min(this.perSecond, this.#allowance + ((now - this.#refilledAt) * this.perSecond) / 1_000)
    this.#refilledAt = now
    const taken = Math.min(count, Math.floor(this.#allowance))
    this.#allowance -= taken
    return taken
  }
}
