import { clock } from '@plugboard/core'

/** Bounds the memory that a caller with constantly changing addresses can use. */
const MAX_KINDS = 1_000

interface TallyOptions<T> {
  /** How long equal entries are added up before they become one. */
  readonly periodMs: number
  /** Entries with the same key are equal. */
  readonly keyOf: (entry: T) => string
  /** Takes the first of equal entries; later those that followed: how many, and since when, in epoch milliseconds. */
  readonly take: (entry: T, more: { readonly times: number; readonly since: number } | null) => void
}

/** For what comes in floods: the first entry is taken at once, and equal ones within the next period become one more. */
export class Tally<T> {
  readonly #options: TallyOptions<T>
  readonly #kinds = new Map<string, { readonly entry: T; times: number; since: number }>()
  readonly #timer: NodeJS.Timeout

  constructor(options: TallyOptions<T>) {
    this.#options = options
    this.#timer = setInterval(() => this.#settle(), options.periodMs).unref()
  }

  count(entry: T): void {
    const key = this.#options.keyOf(entry)
    const known = this.#kinds.get(key)
    if (known) {
      if (known.times === 0) known.since = clock.epoch()
      known.times += 1
    } else {
      this.#options.take(entry, null)
      this.#kinds.set(key, { entry, times: 0, since: 0 })
    }
    if (this.#kinds.size > MAX_KINDS) {
      this.#settle()
      this.#kinds.clear()
    }
  }

  /** What was added up is taken. */
  close(): void {
    clearInterval(this.#timer)
    this.#settle()
  }

  #settle(): void {
    for (const [key, { entry, times, since }] of this.#kinds) {
      // Those that have stopped start at 0 again. The counts of the others continue.
      if (times === 0) this.#kinds.delete(key)
      else {
        this.#options.take(entry, { times, since })
        this.#kinds.set(key, { entry, times: 0, since: 0 })
      }
    }
  }
}
