import { clock, RateLimit } from '@plugboard/core'
import { RequestError } from '../errors/wire-problem.ts'

const MAX_KEYS = 10_000

/** A number of requests a second for each caller. Further requests are refused. */
export class Budgets {
  readonly #perSecond: number
  readonly #limits = new Map<string, RateLimit>()

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** @throws RequestError `RATE_LIMITED` */
  take(key: string): void {
    const now = clock.now()
    const limit = this.#limits.get(key) ?? new RateLimit(this.#perSecond, now)
    this.#limits.delete(key)
    this.#limits.set(key, limit)
    const oldest = this.#limits.size > MAX_KEYS ? this.#limits.keys().next().value : undefined
    if (oldest !== undefined) this.#limits.delete(oldest)
    if (limit.take(now)) return
    const message = `at most ${this.#perSecond} requests a second`
    throw new RequestError('RATE_LIMITED', message, { retryAfterSeconds: 1 })
  }
}
