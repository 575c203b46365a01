/** Lets so many pass per second of a moving clock; a burst may use the whole second's allowance at once. */
export class RateLimit {
  readonly perSecond: number
  #allowance: number
  #refilledAt: number

  constructor(perSecond: number, now: number) {
    this.perSecond = perSecond
    this.#allowance = perSecond
    this.#refilledAt = now
  }

  /** @param now milliseconds of a clock that never goes back */
  take(now: number): boolean {
    this.#allowance = Math.min(this.perSecond, this.#allowance + ((now - this.#refilledAt) * this.perSecond) / 1_000)
    this.#refilledAt = now
    if (this.#allowance < 1) return false
    this.#allowance -= 1
    return true
  }
}
