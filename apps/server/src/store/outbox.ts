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
const MAX_SLICE = 1_000

/** Takes what may be written a moment later, writes it in groups, and keeps it while the store cannot write. */
export class Outbox<T> {
  readonly #options: OutboxOptions<T>
  #waiting: T[] = []
  #writing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #dropped = 0
  /** Why the last try failed, until one succeeds. */
  #trouble: StoreError | null = null

  constructor(options: OutboxOptions<T>) {
    this.#options = options
  }

  push(item: T): void {
    this.#waiting.push(item)
    if (this.#waiting.length > this.#options.capacity) {
      this.#waiting.shift()
      this.#drop(1)
    }
    this.#schedule(this.#options.delayMs)
  }

  /**
   * Resolves once what was pushed so far is on disk.
   * @throws StoreError: it is kept, and tried again; until then at once, so that who asks in the meantime does not wait
   */
  async flush(): Promise<void> {
    if (this.#trouble) throw this.#trouble
    await this.#flushNow()
  }

  /** The same for who only wants to read what is there: where nothing can be written, that is what is on disk. */
  async catchUp(): Promise<void> {
    await this.flush().catch(() => {})
  }

  /** A last try. */
  async close(): Promise<void> {
    await this.#flushNow().catch(() => {})
    this.#unschedule()
    if (this.#waiting.length === 0) return
    const { name, log } = this.#options
    log.error({ outbox: name, items: this.#waiting.length }, 'what could not be written is lost with this process')
  }

  async #flushNow(): Promise<void> {
    this.#unschedule()
    const written = this.#writing.then(() => this.#write())
    this.#writing = written.catch(() => {})
    await written
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      // In slices: writes that somebody waits for come in between.
      const items = this.#waiting.splice(0, MAX_SLICE)
      try {
        await this.#options.write(items)
        this.#trouble = null
      } catch (thrown) {
        this.#keepOrDrop(items, thrown)
        throw thrown
      }
    }
  }

  #keepOrDrop(items: readonly T[], thrown: unknown): void {
    const { name, log, capacity } = this.#options
    if (thrown instanceof StoreError) {
      this.#trouble = thrown
      const kept = [...items, ...this.#waiting]
      this.#waiting = kept.slice(-capacity)
      this.#drop(kept.length - this.#waiting.length)
      this.#schedule(RETRY_MS)
    } else {
      // What the store refuses for its shape it would refuse again.
      this.#drop(items.length)
      log.error({ err: thrown, outbox: name, items: items.length }, 'something could not be stored')
    }
  }

  #drop(count: number): void {
    if (count === 0) return
    const { name, log } = this.#options
    if (this.#dropped === 0) log.error({ outbox: name }, 'too much waits to be written: the oldest gives way')
    this.#dropped += count
  }

  #schedule(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#flushNow().catch(() => {})
    }, ms).unref()
  }

  #unschedule(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
