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
    const taken = Math.min(count, this.#refill(now))
    this.#allowance -= taken
    return taken
  }

  /** All of them may pass, or none. */
  takeAll(count: number, now: number): boolean {
    if (this.#refill(now) < count) return false
    this.#allowance -= count
    return true
  }

  #refill(now: number): number {
    this.#allowance = Math.min(this.#burst, this.#allowance + ((now - this.#refilledAt) * this.perSecond) / 1_000)
    this.#refilledAt = now
    return Math.floor(this.#allowance)
  }
}
