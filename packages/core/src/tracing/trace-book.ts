import type { EventOrigin, PluginEvent } from '@plugboard/plugin-sdk'
import type { TraceReport } from '../guest-protocol/message.ts'
import { clock } from '../util/clock.ts'
import { RateLimit } from '../util/rate-limit.ts'
import { Armings } from './armings.ts'
import type { EventOutline, Trace, TraceReason, TraceRefusal, TraceSummary } from './trace.ts'
import { TraceRecord } from './trace-record.ts'
import { DELIVERY_BYTES, TracedEvent, type Redact } from './traced-event.ts'

/** One event of a type within this time is followed without being asked for. */
export const SAMPLE_EVERY_MS = 1_000
/** Events and deliveries, over all types. Each kind has its own, so that none takes the place of another. */
const STEPS_PER_SECOND = 100
const STEP_BURST = 200
const MAX_TRACES = 1_000
/** Over all traces: the oldest give way. */
const MAX_BYTES = 16 * 1_048_576
/** Of an event without its data. */
const EVENT_BYTES = 512
/** Of the data of one event, and of what an event holds besides; larger data is not kept. */
const MAX_DATA_BYTES = 4_096

/** An event that the bus has accepted, as far as it decides whether it is followed. */
interface Followable {
  readonly type: string
  readonly origin: EventOrigin
  /** Of all of it, roughly. */
  readonly bytes: number
  /** Made when it is asked for. */
  readonly event: PluginEvent
}

interface TraceRequest {
  /** How many plugins get it. */
  readonly receivers: number
  /** The key of the event that its publisher was handling, as that says; 0: none that is followed. */
  readonly cause: number
  /** No event of its type was followed for a while. */
  readonly isDue: boolean
}

/** What is followed with another event, or begins a trace. */
interface Addition {
  readonly event: PluginEvent
  /** Its data is not kept. */
  readonly isCut: boolean
  readonly bytes: number
  readonly receivers: number
}

/**
 * Follows some events from plugin to plugin [EV11.a]: one of each type now and then, those that somebody asks for, and
 * replays. What is published while a followed event is handled is followed with it. The latest traces are kept in memory.
 */
export class TraceBook {
  readonly armings = new Armings()
  readonly #redact: Redact
  readonly #traces = new Map<number, TraceRecord>()
  readonly #events = new Map<number, TracedEvent>()
  readonly #samples = stepLimit()
  /** What samples cause. */
  readonly #consequences = stepLimit()
  readonly #replays = stepLimit()
  // So that a link of before a restart of the host leads to nothing, and not to another trace.
  #nextId = clock.epoch()
  #nextKey = 1
  #bytes = 0

  constructor(redact: Redact) {
    this.#redact = redact
  }

  /** @returns null where it is not followed */
  follow(accepted: Followable, { receivers, cause, isDue }: TraceRequest): TracedEvent | null {
    const wasAskedFor = this.armings.take(accepted.type)
    const because = cause === 0 ? undefined : this.#causeOf(cause, accepted.origin)
    const joined = because && this.#join(because, { accepted, receivers, isFree: wasAskedFor })
    if (joined) return joined
    if (wasAskedFor) return this.#begin('armed', additionOf(accepted, receivers))
    // One that many plugins get is not too dear to be ever followed.
    const price = Math.min(1 + receivers, STEP_BURST)
    const isSample = isDue && this.#samples.takeAll(price, clock.now())
    return isSample ? this.#begin('sampled', additionOf(accepted, receivers)) : null
  }

  /** The same for an event that one plugin gets once more. What it carries is not kept: it may hold secrets that are known no more. */
  followReplay({ event: { subject: _subject, ...event } }: Followable): TracedEvent | null {
    if (!this.#replays.takeAll(2, clock.now())) return null
    return this.#begin('replayed', { event, isCut: true, bytes: EVENT_BYTES, receivers: 1 })
  }

  /** Records what an instance says; about an event that it was not sent, nothing. */
  report(from: { readonly plugin: string; readonly version: string }, { key, step }: TraceReport): void {
    this.#events.get(key)?.report(from, step)
  }

  /** The bus has refused what a plugin wanted to publish because of an event. @param cause the key of the event, as the plugin says */
  refuse(cause: number, refusal: Omit<TraceRefusal, 'times'>): void {
    const event = this.#events.get(cause)
    if (event?.wasSentTo(refusal.plugin)) event.refuse(refusal)
  }

  /**
   * Newest first.
   * @param of `event`: those with an event of this id. `plugin`: those that came to this plugin or from it. `before`: a
   * trace’s id. `unhandled`: those that ended in another way than handled at some plugin
   */
  list(of: {
    readonly limit: number
    readonly before?: number | undefined
    readonly event?: string | undefined
    readonly plugin?: string | undefined
    readonly unhandled?: boolean | undefined
  }): TraceSummary[] {
    const { limit, before = Infinity, event, plugin, unhandled = false } = of
    const found: TraceSummary[] = []
    for (const trace of [...this.#traces.values()].toReversed()) {
      if (found.length >= limit) break
      if (trace.id >= before) continue
      if (event !== undefined && !trace.events.some((one) => one.event.id === event)) continue
      if (plugin !== undefined && !trace.events.some((one) => isOf(one, plugin))) continue
      const summary = trace.summary()
      if (!unhandled || summary.unhandled > 0) found.push(summary)
    }
    return found
  }

  get(id: number): Trace | undefined {
    return this.#traces.get(id)?.view()
  }

  #causeOf(key: number, { plugin }: EventOrigin): TracedEvent | undefined {
    const event = this.#events.get(key)
    return plugin !== undefined && event?.wasSentTo(plugin) ? event : undefined
  }

  #begin(reason: TraceReason, addition: Addition): TracedEvent | null {
    const id = this.#nextId++
    const onGrown = (bytes: number): void => {
      // One that has given way may still be under way.
      if (!this.#traces.has(id)) return
      this.#bytes += bytes
      this.#makeRoom(id)
    }
    const trace = new TraceRecord({ id, reason, startedAt: clock.epoch(), redact: this.#redact, onGrown })
    this.#traces.set(id, trace)
    return this.#add(addition, { trace, cause: null })
  }

  /** @param options `isFree`: it was asked for, and has no bound that others share */
  #join(
    { trace: { id }, place }: TracedEvent,
    options: { readonly accepted: Followable; readonly receivers: number; readonly isFree: boolean },
  ): TracedEvent | null {
    const { accepted, receivers, isFree } = options
    const trace = this.#traces.get(id)!
    const isBound = trace.reason === 'sampled' && !isFree
    if (isBound && !this.#consequences.takeAll(Math.min(1 + receivers, STEP_BURST), clock.now())) {
      trace.leaveOut()
      return null
    }
    const cause = { event: place, plugin: accepted.origin.plugin! }
    return this.#add(additionOf(accepted, receivers), { trace, cause })
  }

  /** With its deliveries, or not at all: otherwise it would look as if no plugin got it. */
  #add(
    { event, isCut, bytes, receivers }: Addition,
    { trace, cause }: { readonly trace: TraceRecord } & Pick<TracedEvent, 'cause'>,
  ): TracedEvent | null {
    if (!trace.hold(bytes + receivers * DELIVERY_BYTES)) return null
    const key = this.#nextKey++
    const place = trace.events.length
    const traced = new TracedEvent(this.#outlineOf(event, isCut), { key, trace, cause, place }, receivers)
    trace.events.push(traced)
    this.#events.set(key, traced)
    return traced
  }

  #outlineOf({ id, type, at, source, subject, origin, data }: PluginEvent, isCut: boolean): EventOutline {
    const owners = origin.plugin === undefined ? [] : [origin.plugin]
    // Now: later its publisher may be gone, and its secrets be known to nobody.
    const shown = this.#redact(owners, { data: isCut ? null : data, ...(subject !== undefined && { subject }) })
    return { id, type, at, source, origin, isCut, ...shown }
  }

  /** The oldest give way, but for the one that grows. */
  #makeRoom(growing: number): void {
    for (const trace of this.#traces.values()) {
      if ((this.#traces.size <= MAX_TRACES && this.#bytes <= MAX_BYTES) || trace.id === growing) return
      this.#traces.delete(trace.id)
      this.#bytes -= trace.bytes
      for (const { key } of trace.events) this.#events.delete(key)
    }
  }
}

function stepLimit(): RateLimit {
  return new RateLimit(STEPS_PER_SECOND, clock.now(), STEP_BURST)
}

function additionOf({ event, bytes }: Followable, receivers: number): Addition {
  const isCut = bytes > MAX_DATA_BYTES
  return { event, isCut, bytes: EVENT_BYTES + (isCut ? 0 : bytes), receivers }
}

function isOf(event: TracedEvent, plugin: string): boolean {
  return event.hasTo(plugin) || event.event.origin.plugin === plugin
}
