import { Deque } from '../deque.ts'
import type { Receipt } from '../guest/message.ts'
import type { ThrownInfo } from '../guest/thrown.ts'
import type { AcceptedEvent } from './accepted-event.ts'

/** Which event gives way when a mailbox is full. */
export type OverflowPolicy = 'drop-oldest' | 'drop-newest'

export interface MailboxCounts {
  readonly accepted: number
  readonly processed: number
  readonly queued: number
  readonly inFlight: number
  readonly dropped: number
  readonly discarded: number
  readonly inDoubt: number
}

export interface MailboxOptions {
  readonly capacity: number
  readonly overflow: OverflowPolicy
}

/** Takes the events of an active instance. */
export interface MailboxSink {
  /** It sends them encoded, so that their size counts. */
  readonly encodes: boolean
  sendBatch(events: readonly AcceptedEvent[]): void
}

/** What a dead guest's guardian still knew: how many events its thread had begun and finished. */
export interface Progress {
  readonly begun: number
  readonly finished: number
}

/** Also the blocks in which the bus counts its events: batches end where those do. */
export const MAX_BATCH_EVENTS = 256
/** What a change of type and source adds to a batch, the source aside. */
const RUN_CHARACTERS = 64
const MAX_BATCH_CHARACTERS = 256 * 1_024
const MAX_BATCHES_IN_FLIGHT = 4
/** A batch holds about this much of the plugin's measured handler time. */
const BATCH_US = 20_000
/** Until the first receipt tells how long an event takes. */
const FIRST_BATCH_EVENTS = 32

/**
 * One plugin's events from acceptance to their fate. Each event is in exactly one place at any time, so that always
 * accepted = processed + queued + in flight + dropped + discarded + in doubt [EV8].
 */
export class Mailbox {
  readonly #options: MailboxOptions
  readonly #queue = new Deque<AcceptedEvent>()
  readonly #inFlight = new Deque<AcceptedEvent>()
  /** Sizes of the batches in flight, oldest first; the front one shrinks as its events are handled. */
  readonly #batches: number[] = []
  #sink: MailboxSink | null = null
  #pumpDue = false
  #eventUs = 0

  #accepted = 0
  #processed = 0
  #dropped = 0
  #discarded = 0
  #inDoubt = 0

  constructor(options: MailboxOptions) {
    this.#options = options
  }

  get counts(): MailboxCounts {
    return {
      accepted: this.#accepted,
      processed: this.#processed,
      queued: this.#queue.length,
      inFlight: this.#inFlight.length,
      dropped: this.#dropped,
      discarded: this.#discarded,
      inDoubt: this.#inDoubt,
    }
  }

  /** Lets events flow to an instance that has just become active. */
  open(sink: MailboxSink): void {
    this.#sink = sink
    this.#pump()
  }

  /** Sends nothing further. What is in flight is still to be accounted for. */
  close(): void {
    this.#sink = null
  }

  accept(event: AcceptedEvent): void {
    this.#accepted += 1
    event.broadcast?.expect()
    if (this.#queue.length >= this.#options.capacity) {
      this.#dropped += 1
      if (this.#options.overflow === 'drop-newest') return event.broadcast?.settle('dropped')
      this.#queue.shift()?.broadcast?.settle('dropped')
    }
    this.#queue.push(event)
    if (this.#queue.length >= MAX_BATCH_EVENTS) this.#pump()
    else this.#pumpSoon()
  }

  /** Returns the events that failed; null when the receipt covers more than is in flight: its sender is not to be believed. */
  settle(receipt: Receipt): readonly FailedEvent[] | null {
    const { handled, failures } = receipt
    if (handled > this.#inFlight.length) return null
    const failed: FailedEvent[] = []
    for (let index = 0; index < handled; index += 1) {
      const event = this.#takeInFlight()
      const failure = failures[failed.length]
      if (failure?.index === index) failed.push({ event, error: failure.error })
      event.broadcast?.settle(failure?.index === index ? 'failed' : 'delivered')
    }
    this.#processed += handled
    const perEvent = receipt.busyUs / handled
    this.#eventUs = this.#eventUs === 0 ? perEvent : this.#eventUs * 0.7 + perEvent * 0.3
    this.#pump()
    return failed
  }

  /** An orderly end: what its instance has not begun goes back to the front of the queue, in order. */
  takeBack(): void {
    for (let event = this.#inFlight.pop(); event; event = this.#inFlight.pop()) this.#queue.unshift(event)
    this.#batches.length = 0
  }

  /**
   * The guest is dead [EV7]. With its guardian's count each event in flight has a certain fate: finished, in hand, or
   * not begun and back in the queue. Without it all of them are in doubt.
   */
  settleDeath(progress: Progress | null, settledOfInstance: number): DeathSettlement {
    if (!progress) {
      const inDoubt: AcceptedEvent[] = []
      while (this.#inFlight.length > 0) {
        const event = this.#takeInFlight()
        event.broadcast?.settle('failed')
        inDoubt.push(event)
      }
      this.#inDoubt += inDoubt.length
      return { finished: 0, inHand: null, inDoubt }
    }

    const finished = Math.min(Math.max(0, progress.finished - settledOfInstance), this.#inFlight.length)
    for (let count = 0; count < finished; count += 1) this.#takeInFlight().broadcast?.settle('delivered')
    const inHand = progress.begun > progress.finished && this.#inFlight.length > 0 ? this.#takeInFlight() : null
    inHand?.broadcast?.settle('failed')
    this.#processed += finished + (inHand ? 1 : 0)
    this.takeBack()
    return { finished, inHand, inDoubt: [] }
  }

  /** Empties the queue: its plugin was disabled, unloaded or has passed the error limit. */
  discard(): void {
    this.#discarded += this.#queue.length
    for (let event = this.#queue.shift(); event; event = this.#queue.shift()) event.broadcast?.settle('dropped')
  }

  #takeInFlight(): AcceptedEvent {
    const event = this.#inFlight.shift()!
    this.#batches[0]! -= 1
    if (this.#batches[0] === 0) this.#batches.shift()
    return event
  }

  #pumpSoon(): void {
    if (this.#pumpDue || !this.#sink) return
    this.#pumpDue = true
    queueMicrotask(() => {
      this.#pumpDue = false
      this.#pump()
    })
  }

  #pump(): void {
    while (this.#sink && this.#queue.length > 0 && this.#batches.length < MAX_BATCHES_IN_FLIGHT) {
      const batch = this.#nextBatch(this.#sink)
      this.#batches.push(batch.length)
      this.#sink.sendBatch(batch)
    }
  }

  #nextBatch({ encodes }: MailboxSink): AcceptedEvent[] {
    const limit =
      this.#eventUs === 0
        ? FIRST_BATCH_EVENTS
        : Math.min(MAX_BATCH_EVENTS, Math.max(1, Math.floor(BATCH_US / this.#eventUs)))
    const batch: AcceptedEvent[] = []
    let characters = 0
    while (batch.length < limit) {
      const next = this.#queue.peek()
      if (!next) break
      if (encodes) characters += next.values.length + next.source.length + RUN_CHARACTERS
      if (batch.length > 0 && characters > MAX_BATCH_CHARACTERS) break
      this.#queue.shift()
      this.#inFlight.push(next)
      batch.push(next)
      // Who gets only some of the events would be left with short batches.
      if (next.endsBlock && batch.length >= MAX_BATCH_EVENTS / 2) break
    }
    return batch
  }
}

/** An event whose handler failed; it is out of the mailbox. */
export interface FailedEvent {
  readonly event: AcceptedEvent
  readonly error: ThrownInfo
}

/** What a guest's death left behind. */
export interface DeathSettlement {
  /** Handled well, but no receipt had said so yet. */
  readonly finished: number
  /** The event that was being handled. */
  readonly inHand: AcceptedEvent | null
  readonly inDoubt: readonly AcceptedEvent[]
}
