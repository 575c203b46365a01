/** A token bucket of `perSecond` tokens a second, which holds up to `burst` of them. */
export class RateLimit {
  readonly perSecond: number
  readonly #burst: number
  #allowance: number
  #refilledAt: number

  /** @param now milliseconds of a monotonic clock */
  constructor(perSecond: number, now: number, burst: number = perSecond) {
    this.perSecond = perSecond
    this.#burst = burst
    this.#allowance = burst
    this.#refilledAt = now
  }

  /** @param now milliseconds of a monotonic clock */
  take(now: number): boolean {
    return this.takeUpTo(1, now) === 1
  }

  /** @returns how many of so many may pass */
  takeUpTo(count: number, now: number): number {
    this.#allowance = Math.min(this.#burst, this.#allowance + ((now - this.#refilledAt) * this.perSecond) / 1_000)
    this.#refilledAt = now
    const taken = Math.min(count, Math.floor(this.#allowance))
    this.#allowance -= taken
    return taken
  }
}
