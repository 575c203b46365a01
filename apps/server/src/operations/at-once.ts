import { RequestError } from '../errors/wire-problem.ts'

/** Lets each caller run so many of something at once. */
export class AtOnce {
  readonly #limit: number
  readonly #running = new Map<string, number>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** @throws RequestError `RATE_LIMITED`; and the errors of the work */
  async run<T>(caller: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(caller) ?? 0
    if (running >= this.#limit) {
      const message = `at most ${this.#limit} of these at once: wait for the answers`
      throw new RequestError('RATE_LIMITED', message, { retryAfterSeconds: 1 })
    }
    this.#running.set(caller, running + 1)
    try {
      return await work()
    } finally {
      const left = this.#running.get(caller)! - 1
      if (left === 0) this.#running.delete(caller)
      else this.#running.set(caller, left)
    }
  }
}
