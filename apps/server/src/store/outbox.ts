import type { Logger } from 'pino'
import { StoreError } from './store-error.ts'

/** What waits to be written, and what was dropped because too much waited. */
export interface OutboxState {
  readonly name: string
  readonly items: number
  /** Roughly; 0 where items are small. */
  readonly bytes: number
  /** Since the server started. */
  readonly dropped: number
}

/** Those of one store, for whoever looks at them. */
export type Outboxes = Set<{ readonly state: OutboxState }>

export interface OutboxOptions<T> {
  readonly name: string
  /** Which this one joins. */
  readonly among?: Outboxes
  readonly write: (items: readonly T[]) => Promise<unknown>
  /** How long an item waits for others, in milliseconds. */
  readonly delayMs: number
  /** How many items can wait to be written; beyond that the oldest are dropped and counted. */
  readonly capacity: number
  /** The size of an item, roughly; the items that wait may hold `capacityBytes` together. */
  readonly sizeOf?: (item: T) => number
  readonly capacityBytes?: number
  readonly log: Logger
}

const RETRY_MS = 2_000
const MAX_SLICE = 1_000

/** Takes items that can be written a moment later, writes them in groups, and keeps them while the store cannot write. */
export class Outbox<T> {
  readonly #options: OutboxOptions<T>
  #waiting: T[] = []
  /** Of the items that wait. */
  #bytes = 0
  #writing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  /** Since the last group that was written. */
  #dropped = 0
  #droppedInAll = 0
  /** The last try failed. */
  #isFailing = false

  constructor(options: OutboxOptions<T>) {
    this.#options = options
    options.among?.add(this)
  }

  get state(): OutboxState {
    return {
      name: this.#options.name,
      items: this.#waiting.length,
      bytes: this.#bytes,
      dropped: this.#droppedInAll,
    }
  }

  push(item: T): void {
    this.#waiting.push(item)
    this.#bytes += this.#sizeOf(item)
    this.#dropBeyondCapacity()
    this.#schedule(this.#options.delayMs)
  }

  /** Resolves once what was pushed so far is on disk. @throws StoreError: it is kept, and tried again */
  async flush(): Promise<void> {
    this.#unschedule()
    const written = this.#writing.then(() => this.#write())
    this.#writing = written.catch(() => {})
    await written
  }

  /** Like `flush`, but never rejects. Does nothing while the last write has failed, so that callers do not wait for a retry. */
  async catchUp(): Promise<void> {
    if (!this.#isFailing) await this.flush().catch(() => {})
  }

  /** A last try. */
  async close(): Promise<void> {
    await this.flush().catch(() => {})
    this.#unschedule()
    if (this.#waiting.length === 0) return
    const { name, log } = this.#options
    log.error({ outbox: name, items: this.#waiting.length }, 'what could not be written is lost with this process')
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      // In slices, so that writes with a waiting caller come in between.
      const items = this.#waiting.splice(0, MAX_SLICE)
      for (const item of items) this.#bytes -= this.#sizeOf(item)
      try {
        await this.#writeSlice(items)
        this.#isFailing = false
        if (this.#dropped > 0)
          this.#options.log.error({ outbox: this.#options.name, items: this.#dropped }, 'items were dropped')
        this.#dropped = 0
      } catch (thrown) {
        this.#isFailing = true
        this.#waiting.unshift(...items)
        for (const item of items) this.#bytes += this.#sizeOf(item)
        this.#dropBeyondCapacity()
        this.#schedule(RETRY_MS)
        throw thrown
      }
    }
  }

  /** An item that the store refuses for its shape would be refused again: only that item is dropped. */
  async #writeSlice(items: readonly T[]): Promise<void> {
    const { write, name, log } = this.#options
    try {
      await write(items)
    } catch (thrown) {
      if (thrown instanceof StoreError) throw thrown
      if (items.length > 1) {
        for (const item of items) await this.#writeSlice([item])
        return
      }
      log.error({ err: thrown, outbox: name }, 'something could not be stored')
    }
  }

  #sizeOf(item: T): number {
    return this.#options.sizeOf?.(item) ?? 0
  }

  /** The newest item stays, however large it is. */
  #dropBeyondCapacity(): void {
    const { capacity, capacityBytes = Infinity } = this.#options
    let count = 0
    let bytes = this.#bytes
    while (count < this.#waiting.length - 1 && (this.#waiting.length - count > capacity || bytes > capacityBytes)) {
      bytes -= this.#sizeOf(this.#waiting[count]!)
      count += 1
    }
    this.#waiting.splice(0, count)
    this.#bytes = bytes
    this.#drop(count)
  }

  #drop(count: number): void {
    this.#dropped += count
    this.#droppedInAll += count
    const { name, log } = this.#options
    if (count > 0 && this.#dropped === count)
      log.error({ outbox: name }, 'too many items wait to be written: the oldest ones are dropped')
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
