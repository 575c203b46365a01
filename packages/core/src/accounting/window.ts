import type { AcceptedEvent } from '../events/accepted-event.ts'
import { MAX_BATCH_EVENTS } from '../events/encoded-batch.ts'
import type { Receipt } from '../guest-protocol/message.ts'
import { Deque } from '../util/deque.ts'

/** Takes the events of one instance. */
export interface EventSink {
  /** It sends events encoded, so that their size counts. */
  readonly encodes: boolean
  sendBatch(events: readonly AcceptedEvent[]): void
}

const MAX_BATCHES = 4
/** A batch holds about this much of the plugin's measured handler time. */
const BATCH_US = 20_000
/** Until the first receipt tells how long an event takes. */
const FIRST_BATCH_EVENTS = 32

/** The events in flight to one instance, in the order they were sent. Only the mailbox moves events in and out. */
export class Window {
  readonly #sink: EventSink
  readonly #events = new Deque<AcceptedEvent>()
  /** Sizes of the batches in flight, oldest first; the front one shrinks as its events are handled. */
  readonly #batches: number[] = []
  #eventUs = 0
  #covered = 0

  constructor(sink: EventSink) {
    this.#sink = sink
  }

  get size(): number {
    return this.#events.length
  }

  /** How many events of this instance its receipts have covered. */
  get covered(): number {
    return this.#covered
  }

  get encodes(): boolean {
    return this.#sink.encodes
  }

  /** Another batch may be sent: not too many are in flight. */
  get hasRoom(): boolean {
    return this.#batches.length < MAX_BATCHES
  }

  /** How many events the next batch may hold. */
  get batchLimit(): number {
    if (this.#eventUs === 0) return FIRST_BATCH_EVENTS
    return Math.min(MAX_BATCH_EVENTS, Math.max(1, Math.floor(BATCH_US / this.#eventUs)))
  }

  send(batch: readonly AcceptedEvent[]): void {
    for (const event of batch) this.#events.push(event)
    this.#batches.push(batch.length)
    this.#sink.sendBatch(batch)
  }

  /** Learns from a receipt how long an event takes. */
  cover({ handled, busyUs }: Pick<Receipt, 'handled' | 'busyUs'>): void {
    this.#covered += handled
    const perEvent = busyUs / handled
    this.#eventUs = this.#eventUs === 0 ? perEvent : this.#eventUs * 0.7 + perEvent * 0.3
  }

  /** Removes and returns the oldest event. There is one. */
  shift(): AcceptedEvent {
    const event = this.#events.shift()!
    this.#batches[0]! -= 1
    if (this.#batches[0] === 0) this.#batches.shift()
    return event
  }

  /** Removes and returns all events, the newest first. */
  *empty(): Generator<AcceptedEvent, void> {
    for (let event = this.#events.pop(); event; event = this.#events.pop()) yield event
    this.#batches.length = 0
  }
}
