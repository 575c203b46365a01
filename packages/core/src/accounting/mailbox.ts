import type { AcceptedEvent } from '../events/accepted-event.ts'
import { MAX_BATCH_EVENTS } from '../events/encoded-batch.ts'
import type { ByteBudget, ByteHolder } from './byte-budget.ts'
import { encodedLength } from '../guest-protocol/event-codec.ts'
import type { Receipt } from '../guest-protocol/message.ts'
import type { Progress } from '../guest-protocol/progress.ts'
import type { EventFate } from '../tracing/trace.ts'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'
import { Deque } from '../util/deque.ts'
import type { Window } from './window.ts'

/** Which event is dropped when a mailbox is full: the oldest one in the queue, or the new one. */
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
  /** How many events may wait. */
  readonly capacity: number
  /** How many bytes of events may wait; at least one event always may. */
  readonly capacityBytes: number
  readonly overflow: OverflowPolicy
}

const MAX_BATCH_CHARACTERS = 256 * 1_024

/**
 * The queue of one plugin. Only the mailbox moves its events: from the queue into the window of an instance, and then
 * to their outcome. Each event is in exactly one place at any time, so that always
 * accepted = processed + queued + in flight + dropped + discarded + in doubt [EV8.d].
 */
export class Mailbox implements ByteHolder {
  readonly #pluginId: string
  #options: MailboxOptions
  /** Over all mailboxes. */
  readonly #budget: ByteBudget
  readonly #queue = new Deque<AcceptedEvent>()
  /** The window of the instance that gets the events; null while no instance gets events. */
  #open: Window | null = null
  #pumpDue = false

  #accepted = 0
  #processed = 0
  #inFlight = 0
  #dropped = 0
  #discarded = 0
  #inDoubt = 0
  #queuedBytes = 0

  constructor(pluginId: string, options: MailboxOptions, budget: ByteBudget) {
    this.#pluginId = pluginId
    this.#options = options
    this.#budget = budget
  }

  /** Of the events that wait. */
  get heldBytes(): number {
    return this.#queuedBytes
  }

  get counts(): MailboxCounts {
    return {
      accepted: this.#accepted,
      processed: this.#processed,
      queued: this.#queue.length,
      inFlight: this.#inFlight,
      dropped: this.#dropped,
      discarded: this.#discarded,
      inDoubt: this.#inDoubt,
    }
  }

  /** Events that already wait stay in the queue, even if the new capacity is smaller. */
  limit(options: MailboxOptions): void {
    this.#options = options
  }

  /** Sends events to this active instance from now on, and to no other instance. */
  open(window: Window): void {
    this.#open = window
    this.#pump()
  }

  /**
   * Sends nothing further. Events in flight stay in flight until `settle`, `takeBack` or `settleDeath` is called for
   * them.
   */
  close(): void {
    this.#open = null
  }

  accept(event: AcceptedEvent): void {
    this.#accepted += 1
    event.expectedBy(this.#pluginId)
    while (this.#queue.length > 0 && !this.#hasRoomFor(event)) {
      if (this.#options.overflow === 'drop-newest') {
        this.#dropped += 1
        return event.settledBy(this.#pluginId, 'dropped')
      }
      this.shedOldest()
    }
    this.#queue.push(event)
    this.#hold(event)
    if (this.#queue.length >= MAX_BATCH_EVENTS) this.#pump()
    else this.#pumpSoon()
  }

  /** Drops the event that has waited longest. */
  shedOldest(): boolean {
    const event = this.#takeFirst()
    if (!event) return false
    this.#dropped += 1
    event.settledBy(this.#pluginId, 'dropped')
    return true
  }

  /**
   * Returns the events that failed; null if the receipt covers more events than are in flight, which makes it invalid.
   */
  settle(window: Window, receipt: Receipt): readonly FailedEvent[] | null {
    const { handled, failures } = receipt
    if (handled > window.size) return null
    const failed: FailedEvent[] = []
    for (let index = 0; index < handled; index += 1) {
      const event = window.shift()
      const next = failures[failed.length]
      const error = next?.index === index ? next.error : undefined
      if (error) failed.push({ event, error })
      event.settledBy(this.#pluginId, error ? 'failed' : 'handled', error)
    }
    this.#inFlight -= handled
    this.#processed += handled
    window.cover(receipt)
    this.#pump()
    return failed
  }

  /** Puts the events that an instance has not begun back at the front of the queue, in order. */
  takeBack(window: Window): void {
    this.#inFlight -= window.size
    for (const event of window.empty()) {
      event.traced?.takeBack(this.#pluginId)
      this.#queue.unshift(event)
      this.#hold(event)
    }
  }

  /**
   * The guest is dead [EV7.a]. If the count of its guardian is known, so is the outcome of each event in flight:
   * finished, in hand, or not begun. Events that had not begun go back to the queue. Without that count, or if the
   * count is not consistent with what was sent, all events in flight are in doubt [EV7.c].
   */
  settleDeath(window: Window, progress: Progress | null, error: ThrownInfo): DeathSettlement {
    if (!progress || !isPlausible(progress, window)) {
      const inDoubt = Array.from({ length: window.size }, () => this.#settleOldest(window, 'in-doubt', error))
      this.#inDoubt += inDoubt.length
      return { finished: 0, inHand: null, inDoubt }
    }
    const finished = progress.finished - window.covered
    for (let count = 0; count < finished; count += 1) this.#settleOldest(window, 'handled')
    const inHand = progress.begun > progress.finished ? this.#settleOldest(window, 'failed', error) : null
    this.#processed += finished + (inHand ? 1 : 0)
    this.takeBack(window)
    return { finished, inHand, inDoubt: [] }
  }

  /** Empties the queue, because no instance will handle these events, and counts them as discarded. */
  discard(): void {
    this.#discarded += this.#queue.length
    for (let event = this.#takeFirst(); event; event = this.#takeFirst()) event.settledBy(this.#pluginId, 'discarded')
  }

  #hasRoomFor({ bytes }: AcceptedEvent): boolean {
    const { capacity, capacityBytes } = this.#options
    return this.#queue.length < capacity && this.#queuedBytes + bytes <= capacityBytes
  }

  /** An event that several mailboxes hold is in memory once. */
  #hold(event: AcceptedEvent): void {
    this.#queuedBytes += event.bytes
    event.queues += 1
    if (event.queues === 1) this.#budget.take(event.bytes)
  }

  #takeFirst(): AcceptedEvent | undefined {
    const event = this.#queue.shift()
    if (!event) return undefined
    this.#queuedBytes -= event.bytes
    event.queues -= 1
    if (event.queues === 0) this.#budget.give(event.bytes)
    return event
  }

  #settleOldest(window: Window, fate: EventFate, error?: ThrownInfo): AcceptedEvent {
    const event = window.shift()
    this.#inFlight -= 1
    event.settledBy(this.#pluginId, fate, error)
    return event
  }

  #pumpSoon(): void {
    if (this.#pumpDue || !this.#open) return
    this.#pumpDue = true
    queueMicrotask(() => {
      this.#pumpDue = false
      this.#pump()
    })
  }

  #pump(): void {
    while (this.#open?.hasRoom && this.#queue.length > 0) {
      const batch = this.#nextBatch(this.#open)
      this.#inFlight += batch.length
      this.#open.send(batch)
    }
  }

  #nextBatch({ encodes, batchLimit }: Window): AcceptedEvent[] {
    const batch: AcceptedEvent[] = []
    let characters = 0
    while (batch.length < batchLimit) {
      const next = this.#queue.peek()
      if (!next) break
      if (encodes) characters += encodedLength(next)
      if (batch.length > 0 && characters > MAX_BATCH_CHARACTERS) break
      this.#takeFirst()
      next.traced?.send(this.#pluginId)
      batch.push(next)
      // A batch ends at the end of a block only if the batch is at least half full. Otherwise a plugin that gets few of
      // the events would get only short batches.
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

/** The outcome of the events that were in flight when a guest died. */
export interface DeathSettlement {
  /** How many events were finished, but not yet covered by a receipt. */
  readonly finished: number
  /** The event that was being handled. */
  readonly inHand: AcceptedEvent | null
  readonly inDoubt: readonly AcceptedEvent[]
}

/**
 * The counts are plausible if every event that a receipt covered is finished, if no more events were begun than were
 * sent, and if at most one event is begun and not finished.
 */
function isPlausible({ begun, finished }: Progress, window: Window): boolean {
  const sent = window.covered + window.size
  return finished >= window.covered && begun <= sent && (begun === finished || begun === finished + 1)
}
