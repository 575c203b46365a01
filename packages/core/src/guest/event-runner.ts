import { AsyncLocalStorage } from 'node:async_hooks'
import type { PluginEvent } from '@plugboard/plugin-sdk'
import { withDeadline } from './deadline.ts'
import { LatencyHistogram } from '../guest-protocol/latency-histogram.ts'
import type { EventBatch, HandlerFailure, Receipt, TraceReport } from '../guest-protocol/message.ts'
import { machineTime } from '../guest-protocol/machine-time.ts'
import { PROGRESS } from '../guest-protocol/progress.ts'
import { describeThrown, ownError, ThrownError, type ThrownInfo } from '../guest-protocol/thrown.ts'

export interface EventRunnerOptions {
  readonly deliver: (event: PluginEvent) => unknown
  readonly send: (report: Receipt | TraceReport) => void
  readonly errorLimit: number
  readonly quietMs: number | null
  readonly handlerTimeoutMs: number
  /** Names what a handler may be waiting for when its time is over. */
  readonly waitsFor?: () => string | null
  /** Counts events begun and finished, where a guardian can read them after this thread has died. */
  readonly progress: Float64Array
  /** Milliseconds of a monotonic clock. Default: that of this process. */
  readonly now?: () => number
}

// Taken before the plugin is imported: it may replace the globals.
const { clearTimeout, setImmediate, setTimeout } = globalThis
const processClock = performance.now.bind(performance)

/** What is to be done between two events. */
interface Command {
  readonly run: () => Promise<void>
  readonly reject: (error: Error) => void
}

const HANDED_OVER = new ThrownError(ownError('ABORTED', 'another version has taken over'), 'abort')

/** During a long batch, the runner yields this often, so that messages and the plugin's timers are served. */
const YIELD_MS = 10
/**
 * A handled event is reported within this time, even while the next handler is waiting; only a handler that blocks the
 * event loop delays the report.
 */
const RECEIPT_MS = 100

/** What an event that is published meanwhile must know of the event that is being handled. */
interface Handling {
  readonly hops: number
  /** 0 where it is not followed, or its handler has ended: a timer that it has set belongs to nobody. */
  traceKey: number
}

/** How an event that is published from here came about. */
export interface Provenance {
  /** How many handlers it has come through. */
  readonly hops: number
  /** The key of the event that is being handled, where that is followed; else 0. */
  readonly cause: number
}

const handling = new AsyncLocalStorage<Handling>()
const OF_ITSELF: Provenance = { hops: 0, cause: 0 }

export function provenance(): Provenance {
  const event = handling.getStore()
  return event ? { hops: event.hops + 1, cause: event.traceKey } : OF_ITSELF
}

/**
 * Handles events one at a time, in order, and reports each in a receipt, which is sent at once after a failure. Above
 * the error limit the runner stops without waiting for the host, so that the count is exact.
 */
export class EventRunner {
  readonly #options: EventRunnerOptions
  readonly #now: () => number
  readonly #batches: EventBatch[] = []
  readonly #between: Command[] = []
  readonly #latency = new LatencyHistogram()
  #nextIndex = 0
  #running = false
  /** For good: it is stopped, or has passed the error limit. */
  #halted = false
  /** Until it goes on. */
  #paused = false
  #idle: Promise<void> = Promise.resolve()

  #handled = 0
  #failures: HandlerFailure[] = []
  #busyUs = 0
  #receiptTimer: NodeJS.Timeout | undefined
  #errorsTowardLimit = 0
  #lastErrorAt = 0

  constructor(options: EventRunnerOptions) {
    this.#options = options
    this.#now = options.now ?? processClock
  }

  push(batch: EventBatch): void {
    if (this.#halted || this.#paused) return
    this.#batches.push(batch)
    this.#wake()
  }

  get #isHeld(): boolean {
    return this.#halted || this.#paused
  }

  /** Runs the command between two events. */
  between<T>(command: () => Promise<T> | T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#between.push({ run: () => Promise.resolve().then(command).then(resolve, reject), reject })
      this.#wake()
    })
  }

  /** Begins no further event; resolves once the one in hand is finished and accounted for. */
  async halt(): Promise<void> {
    this.#halted = true
    this.#batches.length = 0
    await this.#idle
    this.#sendReceipt(false)
    // Their senders may try again: another version has taken over.
    if (this.#paused) for (const { reject } of this.#between.splice(0)) reject(HANDED_OVER)
  }

  /** Like `halt`, until it goes on. The events that it had not begun are forgotten: their host takes them back. */
  async pause(): Promise<void> {
    this.#paused = true
    this.#batches.length = 0
    await this.#idle
    this.#sendReceipt(false)
  }

  /** Takes events once more after a `halt`, from the first one that comes. */
  restart(): void {
    this.#halted = false
    this.#errorsTowardLimit = 0
    this.#goOn()
  }

  /** Takes events once more after a `pause`, also one that still waits for the event in hand: that is accounted for first. */
  async resume(): Promise<void> {
    await this.pause()
    this.#goOn()
  }

  #goOn(): void {
    this.#paused = false
    this.#nextIndex = 0
    if (this.#between.length > 0) this.#wake()
  }

  #wake(): void {
    if (this.#running) return
    this.#running = true
    // Inline, another plugin's handler may have called: its event is not what is handled here.
    this.#idle = handling.exit(() => this.#run())
  }

  async #run(): Promise<void> {
    for (;;) {
      // What would change a state that is being handed over waits.
      const command = this.#paused ? undefined : this.#between.shift()
      if (command) {
        await command.run()
        continue
      }
      const batch = this.#batches[0]
      if (!batch) break
      const event = handlingOf(batch, this.#nextIndex)
      await handling.run(event, () => this.#handleSome(batch, event))
      if (this.#batches[0] === batch && this.#nextIndex >= batch.events.length) {
        this.#batches.shift()
        this.#nextIndex = 0
        this.#sendReceipt(false)
      }
    }
    this.#running = false
  }

  /** Handles events of one provenance, until the batch ends or something else is due. */
  async #handleSome(batch: EventBatch, current: Handling): Promise<void> {
    const { hops, traceKey } = current
    const { events, traceKeys } = batch
    const { deliver, send, progress, handlerTimeoutMs: timeoutMs, waitsFor } = this.#options
    const deadline = { name: 'handleEvent', timeoutMs, ...(waitsFor && { waitsFor }) }
    const now = this.#now
    let startedAt = now()
    const yieldAt = startedAt + YIELD_MS

    while (this.#nextIndex < events.length && !this.#isHeld && this.#between.length === 0) {
      if (batch.hops !== null && batch.hops[this.#nextIndex] !== hops) return
      if (traceKeys !== null && traceKeys[this.#nextIndex] !== traceKey) return
      const event = events[this.#nextIndex++]!
      if (traceKey !== 0) send({ kind: 'traced', key: traceKey, step: { beganAt: machineTime() } })
      progress[PROGRESS.begun]! += 1

      let failure: ThrownInfo | undefined
      try {
        const result = deliver(event)
        if (isThenable(result)) await withDeadline(result, deadline)
      } catch (thrown) {
        failure = thrown instanceof ThrownError ? thrown.info : describeThrown(thrown)
      }

      progress[PROGRESS.finished]! += 1
      const endedAt = now()
      const tookUs = (endedAt - startedAt) * 1_000
      this.#latency.record(tookUs)
      this.#busyUs += tookUs
      this.#handled += 1
      if (traceKey !== 0) {
        current.traceKey = 0
        // Before its receipt, after which nothing more is recorded.
        send({ kind: 'traced', key: traceKey, step: { tookMs: endedAt - startedAt } })
      }
      if (failure) this.#fail(failure)
      else this.#receiptTimer ??= setTimeout(() => this.#sendReceipt(false), RECEIPT_MS)

      startedAt = endedAt
      if (endedAt >= yieldAt) return new Promise((resolve) => setImmediate(resolve))
    }
  }

  #fail(error: ThrownInfo): void {
    const { errorLimit, quietMs } = this.#options
    const at = this.#now()
    if (quietMs !== null && at - this.#lastErrorAt >= quietMs) this.#errorsTowardLimit = 0
    this.#lastErrorAt = at
    this.#errorsTowardLimit += 1
    this.#failures.push({ index: this.#handled - 1, error })

    const limitReached = this.#errorsTowardLimit > errorLimit
    if (limitReached) {
      this.#halted = true
      this.#batches.length = 0
    }
    // At once: if the thread dies next, its guardian can still count, but it cannot name the failure.
    this.#sendReceipt(limitReached)
  }

  #sendReceipt(limitReached: boolean): void {
    clearTimeout(this.#receiptTimer)
    this.#receiptTimer = undefined
    if (this.#handled === 0) return
    this.#options.send({
      kind: 'receipt',
      handled: this.#handled,
      failures: this.#failures,
      latency: this.#latency.drain(),
      busyUs: Math.round(this.#busyUs),
      limitReached,
    })
    this.#handled = 0
    this.#failures = []
    this.#busyUs = 0
  }
}

function handlingOf({ hops, traceKeys }: EventBatch, index: number): Handling {
  return { hops: hops?.[index] ?? 0, traceKey: traceKeys?.[index] ?? 0 }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
