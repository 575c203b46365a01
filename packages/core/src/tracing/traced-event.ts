import { machineTime } from '../guest-protocol/machine-time.ts'
import type { TraceReport } from '../guest-protocol/message.ts'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'
import type {
  EventFate,
  EventOutline,
  Trace,
  TraceDelivery,
  TraceEvent,
  TraceReason,
  TraceRefusal,
  TraceSummary,
} from './trace.ts'

/** Of a delivery and of a refusal, roughly. */
const STEP_BYTES = 256
/** Of one trace. */
const MAX_BYTES = 262_144
const MAX_MESSAGE = 200

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

/** An event that is followed: takes down where it goes. What its plugins do is told by the mailboxes, and when by the guests. */
export class TracedEvent {
  /** Names it between host and guests; 1 or more. */
  readonly key: number
  readonly trace: TraceRecord
  readonly event: EventOutline
  readonly cause: TraceEvent['cause']
  readonly place: number
  /** Machine time. */
  readonly publishedAt = machineTime()
  readonly #deliveries = new Map<string, Writable<TraceDelivery>>()
  readonly #refusals: TraceRefusal[] = []

  constructor(
    key: number,
    event: EventOutline,
    { trace, cause, place }: Pick<TracedEvent, 'trace' | 'cause' | 'place'>,
  ) {
    this.key = key
    this.event = event
    this.trace = trace
    this.cause = cause
    this.place = place
  }

  /** Whether it was sent to this plugin. */
  wentTo(plugin: string): boolean {
    return this.#deliveries.has(plugin)
  }

  /** It waits for this plugin. */
  expect(plugin: string): void {
    this.#add(plugin, 'waiting')
  }

  /** The plugin wants it and is not active. */
  miss(plugin: string): void {
    this.#add(plugin, 'missed')
  }

  settle(plugin: string, fate: EventFate, error?: ThrownInfo): void {
    const delivery = this.#deliveries.get(plugin)
    if (!delivery || !isOpen(delivery)) return
    delivery.state = fate
    if (error) delivery.error = { name: error.name, message: error.message.slice(0, MAX_MESSAGE) }
  }

  /** A guest is believed about its own times, as far as they can be. */
  report(plugin: string, version: string, step: TraceReport['step']): void {
    const delivery = this.#deliveries.get(plugin)
    if (!delivery || !isOpen(delivery)) return
    const passedMs = machineTime() - this.publishedAt
    delivery.version = version
    if ('beganAt' in step) {
      delivery.state = 'handling'
      delivery.waitedMs = within(step.beganAt - this.publishedAt, passedMs)
    } else {
      delivery.tookMs = within(step.tookMs, passedMs - (delivery.waitedMs ?? 0))
    }
  }

  refuse(refusal: TraceRefusal): void {
    if (!this.trace.hold(STEP_BYTES)) return
    this.#refusals.push({ ...refusal, message: refusal.message.slice(0, MAX_MESSAGE) })
  }

  get deliveries(): readonly TraceDelivery[] {
    return [...this.#deliveries.values()]
  }

  view(): TraceEvent {
    const { event, cause } = this
    return {
      event,
      afterMs: this.afterMs,
      cause,
      deliveries: this.deliveries.map((delivery) => ({ ...delivery })),
      refusals: [...this.#refusals],
    }
  }

  get afterMs(): number {
    return inMicroseconds(this.publishedAt - this.trace.events[0]!.publishedAt)
  }

  #add(plugin: string, state: 'waiting' | 'missed'): void {
    if (!this.trace.hold(STEP_BYTES)) return
    this.#deliveries.set(plugin, { plugin, version: null, state, waitedMs: null, tookMs: null, error: null })
  }
}

/** An event that is followed, and what was published because of it. */
export class TraceRecord {
  readonly id: number
  readonly reason: TraceReason
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly events: TracedEvent[] = []
  readonly #onGrown: (bytes: number) => void
  #bytes = 0
  #leftOut = 0

  constructor(
    { id, reason, startedAt }: Pick<TraceSummary, 'id' | 'reason' | 'startedAt'>,
    onGrown: (bytes: number) => void,
  ) {
    this.id = id
    this.reason = reason
    this.startedAt = startedAt
    this.#onGrown = onGrown
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Something more belongs to it and is not followed. */
  leaveOut(): void {
    this.#leftOut += 1
  }

  /** Takes room for something more; false where the trace is full: it is left out. */
  hold(bytes: number): boolean {
    if (this.#bytes > 0 && this.#bytes + bytes > MAX_BYTES) {
      this.leaveOut()
      return false
    }
    this.#bytes += bytes
    this.#onGrown(bytes)
    return true
  }

  summary(): TraceSummary {
    const { id, reason, startedAt } = this
    const all = this.events.flatMap((event) => event.deliveries.map((delivery) => ({ event, delivery })))
    const ends = all.map(({ event, delivery: { waitedMs, tookMs } }) => event.afterMs + (waitedMs ?? 0) + (tookMs ?? 0))
    return {
      id,
      reason,
      startedAt,
      event: this.events[0]!.event,
      events: this.events.length,
      deliveries: all.length,
      unhandled: all.filter(({ delivery }) => !isOpen(delivery) && delivery.state !== 'handled').length,
      open: all.filter(({ delivery }) => isOpen(delivery)).length,
      lastsMs: inMicroseconds(Math.max(0, ...ends)),
      leftOut: this.#leftOut,
    }
  }

  view(): Trace {
    return { ...this.summary(), parts: this.events.map((event) => event.view()) }
  }
}

function isOpen({ state }: TraceDelivery): boolean {
  return state === 'waiting' || state === 'handling'
}

/** Between 0 and the limit, in whole microseconds. */
function within(ms: number, limit: number): number {
  return inMicroseconds(Math.min(Math.max(ms, 0), Math.max(limit, 0)))
}

function inMicroseconds(ms: number): number {
  return Math.floor(ms * 1_000) / 1_000
}
