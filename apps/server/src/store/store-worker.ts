import { once } from 'node:events'
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { StoreError, type StoreTrouble } from './store-error.ts'

export type ThreadData =
  | { readonly file: string; readonly mode: 'read' }
  /** `node`: this host's name. */
  | { readonly file: string; readonly mode: 'write'; readonly node: string }

export interface StoreJob {
  readonly id: number
  /** `table.query`; null asks for nothing but an open database. */
  readonly query: string | null
  readonly input: unknown
}

export type StoreReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly id: number
      readonly ok: false
      readonly error: { readonly trouble: StoreTrouble | null; readonly message: string; readonly stack: string }
    }

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** The main thread's side of one thread of the store. A thread that ended is started anew by the next job. */
export class StoreWorker {
  readonly #data: ThreadData
  readonly #pending = new Map<number, Pending>()
  #thread: Worker | undefined
  #nextId = 1
  #isClosed = false
  #trouble: StoreTrouble | null = null

  constructor(data: ThreadData) {
    this.#data = data
  }

  /** What kept the last job from being done; null where nothing did. */
  get trouble(): StoreTrouble | null {
    return this.#trouble
  }

  /** Lets the thread load what it needs before there is a job for it. */
  warmUp(): void {
    this.#thread ??= this.#start()
    this.#thread.unref()
  }

  /** @throws StoreError; any other error is a fault of the query */
  async run(query: string | null, input: unknown): Promise<unknown> {
    if (this.#isClosed) throw new StoreError('io', { cause: new Error('the store is closed') })
    const id = this.#nextId++
    return await new Promise((resolve, reject) => {
      this.#thread ??= this.#start()
      // What cannot be posted throws here, and waits for nothing.
      this.#thread.postMessage({ id, query, input } satisfies StoreJob)
      this.#thread.ref()
      this.#pending.set(id, { resolve, reject })
    })
  }

  /** After what was asked so far is done. */
  async close(): Promise<void> {
    if (this.#isClosed || !this.#thread) return void (this.#isClosed = true)
    await this.run(null, undefined).catch(() => {})
    this.#isClosed = true
    const thread = this.#thread
    if (!thread) return
    const ended = once(thread, 'exit')
    thread.ref()
    thread.postMessage('close')
    await ended
  }

  #start(): Worker {
    // Always the built one: from its sources a thread takes five times the time to load (docs/adr/0020).
    const thread = new Worker(createRequire(import.meta.url).resolve('@plugboard/server/store-thread'), {
      workerData: this.#data,
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    let fault: unknown = new Error('the thread of the store ended')
    thread.on('message', (reply: StoreReply) => this.#settle(reply))
    thread.on('error', (error) => (fault = error))
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = undefined
      const pending = [...this.#pending.values()]
      if (pending.length > 0) this.#trouble = 'thread-ended'
      this.#pending.clear()
      for (const job of pending) job.reject(new StoreError('thread-ended', { cause: fault }))
    })
    return thread
  }

  #settle(reply: StoreReply): void {
    const pending = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    // Only a job under way keeps the process alive.
    if (this.#pending.size === 0) this.#thread?.unref()
    if (!pending) return
    if (reply.ok) {
      this.#trouble = null
      return pending.resolve(reply.value)
    }
    const { trouble, message, stack } = reply.error
    const cause = Object.assign(new Error(message), { stack })
    if (trouble) this.#trouble = trouble
    pending.reject(trouble ? new StoreError(trouble, { cause }) : cause)
  }
}
