import type { Logger } from 'pino'
import { StoreError } from './store-error.ts'

export interface OutboxOptions<T> {
  readonly name: string
  readonly write: (items: readonly T[]) => Promise<unknown>
  /** How long an item waits for others, in milliseconds. */
  readonly delayMs: number
  /** Items that wait while nothing can be written; the oldest give way, counted. */
  readonly capacity: number
  readonly log: Logger
}

const RETRY_MS = 2_000

/** Takes what may be written a moment later, writes it in groups, and keeps it while the store cannot write. */
export class Outbox<T> {
  readonly #options: OutboxOptions<T>
  #waiting: T[] = []
  #writing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #dropped = 0

  constructor(options: OutboxOptions<T>) {
    this.#options = options
  }

  /** How many were lost because nothing could be written for too long. */
  get dropped(): number {
    return this.#dropped
  }

  push(item: T): void {
    this.#waiting.push(item)
    if (this.#waiting.length > this.#options.capacity) {
      this.#waiting.shift()
      this.#dropped += 1
    }
    this.#schedule(this.#options.delayMs)
  }

  /** Resolves once what was pushed so far is on disk. @throws StoreError: it is kept, and tried again */
  async flush(): Promise<void> {
    this.#unschedule()
    const written = this.#writing.then(() => this.#write())
    this.#writing = written.catch(() => {})
    await written
  }

  /** The same for who only wants to read what is there: where nothing can be written, that is what is on disk. */
  async catchUp(): Promise<void> {
    await this.flush().catch(() => {})
  }

  /** A last try. */
  async close(): Promise<void> {
    await this.catchUp()
    this.#unschedule()
  }

  async #write(): Promise<void> {
    const items = this.#waiting
    if (items.length === 0) return
    this.#waiting = []
    try {
      await this.#options.write(items)
    } catch (thrown) {
      const { name, log, capacity } = this.#options
      if (thrown instanceof StoreError) {
        const kept = [...items, ...this.#waiting]
        this.#waiting = kept.slice(-capacity)
        this.#dropped += kept.length - this.#waiting.length
        this.#schedule(RETRY_MS)
      } else {
        // What the store refuses for its shape it would refuse again.
        this.#dropped += items.length
        log.error({ err: thrown, outbox: name, items: items.length }, 'something could not be stored')
      }
      throw thrown
    }
  }

  #schedule(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.flush().catch(() => {})
    }, ms).unref()
  }

  #unschedule(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
