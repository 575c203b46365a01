import { clock } from '@plugboard/core'

/** Wrong tries that cost nothing: everybody mistypes. */
const FREE_TRIES = 4
const FIRST_WAIT_MS = 1_000
const MAX_WAIT_MS = 15 * 60_000
/** After that long without a try all is forgotten. */
const FORGET_MS = 60 * 60_000
const MAX_KEYS = 10_000

interface Tries {
  failures: number
  lastAt: number
}

/** Makes failed attempts wait, twice as long each time, by address and by account. */
export class BackOff {
  readonly #now: () => number
  readonly #freeTries: number
  readonly #tries = new Map<string, Tries>()

  /** @param options `now` in milliseconds of a monotonic clock */
  constructor({ now = () => clock.now(), freeTries = FREE_TRIES }: { now?: () => number; freeTries?: number } = {}) {
    this.#now = now
    this.#freeTries = freeTries
  }

  /** How long all of these keys have to wait before the next try, in milliseconds; 0: not at all. */
  waitMs(...keys: readonly string[]): number {
    return Math.max(0, ...keys.map((key) => this.#waitOf(key)))
  }

  fail(...keys: readonly string[]): void {
    const now = this.#now()
    for (const key of keys) {
      const tries = this.#fresh(key) ?? { failures: 0, lastAt: now }
      this.#tries.delete(key)
      this.#tries.set(key, { failures: tries.failures + 1, lastAt: now })
    }
    for (const oldest of this.#tries.keys()) {
      if (this.#tries.size <= MAX_KEYS) break
      this.#tries.delete(oldest)
    }
  }

  /** Takes a try back: it could not be checked. */
  forgive(...keys: readonly string[]): void {
    for (const key of keys) {
      const tries = this.#fresh(key)
      if (tries) tries.failures -= 1
    }
  }

  succeed(...keys: readonly string[]): void {
    for (const key of keys) this.#tries.delete(key)
  }

  #waitOf(key: string): number {
    const tries = this.#fresh(key)
    if (!tries || tries.failures < this.#freeTries) return 0
    const wait = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries.failures - this.#freeTries))
    return tries.lastAt + wait - this.#now()
  }

  #fresh(key: string): Tries | undefined {
    const tries = this.#tries.get(key)
    if (tries && this.#now() - tries.lastAt < FORGET_MS) return tries
    this.#tries.delete(key)
    return undefined
  }
}
