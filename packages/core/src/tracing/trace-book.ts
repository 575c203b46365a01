import { compileTopicPattern, type PluginEvent, type TopicMatcher } from '@plugboard/plugin-sdk'
import { PluginError } from '../errors/plugin-error.ts'
import type { TraceReport } from '../guest-protocol/message.ts'
import { clock } from '../util/clock.ts'
import { RateLimit } from '../util/rate-limit.ts'
import type { EventOutline, Trace, TraceArming, TraceReason, TraceRefusal, TraceSummary } from './trace.ts'
import { TraceRecord, TracedEvent } from './traced-event.ts'

/** One event of a type within this time is followed without being asked for. */
export const SAMPLE_EVERY_MS = 1_000
/** Events and deliveries that are followed without being asked for, over all types. */
const STEPS_PER_SECOND = 100
const STEP_BURST = 200
const MAX_TRACES = 1_000
/** Over all traces: the oldest give way. */
const MAX_BYTES = 16 * 1_048_576
const MAX_ARMINGS = 16
const MAX_ARMED_EVENTS = 100
const ARMED_MS = 600_000
/** Of an event without its data. */
const EVENT_BYTES = 512
/** Of the data of one event; larger data is not kept. */
const MAX_DATA_BYTES = 4_096

/** How an event came to the bus, as far as that decides whether it is followed. */
export interface TraceRequest {
  /** Of all of it, roughly. */
  readonly bytes: number
  /** How many plugins get it. */
  readonly receivers: number
  /** The key of the event that its publisher was handling, as that says; 0: none that is followed. */
  readonly cause: number
  /** No event of its type was followed for a while. */
  readonly isDue: boolean
}

/** Takes secrets out of a value, above all those of these plugins. */
type Redact = <T>(pluginIds: readonly string[], value: T) => T

interface Arming {
  readonly pattern: string
  readonly matches: TopicMatcher
  readonly until: number
  remaining: number
}

/**
 * Follows some events from plugin to plugin [EV11.a]: one of each type now and then, and those that an operator asks for.
 * What is published while a followed event is handled is followed with it. The latest traces are kept in memory.
 */
export class TraceBook {
  readonly #redact: Redact
  readonly #traces = new Map<number, TraceRecord>()
  readonly #events = new Map<number, TracedEvent>()
  readonly #budget = new RateLimit(STEPS_PER_SECOND, clock.now(), STEP_BURST)
  #armings: Arming[] = []
  #nextId = 1
  #nextKey = 1
  #bytes = 0

  constructor(redact: Redact) {
    this.#redact = redact
  }

  /** Events of a pattern are asked for. */
  get isArmed(): boolean {
    return this.#armings.length > 0
  }

  /** @param event as it was accepted @returns null where it is not followed */
  follow(event: PluginEvent, { bytes, receivers, cause, isDue }: TraceRequest): TracedEvent | null {
    const because = cause === 0 ? undefined : this.#causeOf(cause, event)
    if (because) return this.#join(event, { bytes, receivers, because })
    if (this.#takeArmed(event.type)) return this.#begin('armed', event, bytes)
    return isDue && this.#affords(1 + receivers) ? this.#begin('sampled', event, bytes) : null
  }

  /** The same for an event that one plugin gets once more. What it carries is not kept: it may hold secrets that are known no more. */
  followReplay({ subject: _subject, ...event }: PluginEvent): TracedEvent | null {
    return this.#affords(2) ? this.#begin('replayed', event, Infinity) : null
  }

  /** Takes down what an instance says; about an event that it was not sent, nothing. */
  report(plugin: string, version: string, { key, step }: TraceReport): void {
    this.#events.get(key)?.report(plugin, version, step)
  }

  /** The bus has refused what a plugin wanted to publish because of an event. @param cause the key of the event, as the plugin says */
  refuse(cause: number, refusal: TraceRefusal): void {
    const event = this.#events.get(cause)
    if (event?.wentTo(refusal.plugin)) event.refuse(refusal)
  }

  /**
   * Follows the next events of a pattern, for ten minutes at most. Asked once more, the new number counts.
   * @param events up to 100
   * @throws TypeError where the pattern is not one; PluginError `OPTION_INVALID`
   */
  arm(pattern: string, events: number): TraceArming {
    const matches = compileTopicPattern(pattern)
    if (!Number.isSafeInteger(events) || events < 1 || events > MAX_ARMED_EVENTS) {
      const message = `1 to ${MAX_ARMED_EVENTS} events of a pattern are followed, not ${events}`
      throw new PluginError('OPTION_INVALID', message, { option: 'events' })
    }
    this.disarm(pattern)
    if (this.armings().length >= MAX_ARMINGS) {
      const message = `${MAX_ARMINGS} patterns are followed already: end one of them`
      throw new PluginError('OPTION_INVALID', message, { option: 'pattern' })
    }
    const arming = { pattern, matches, until: clock.epoch() + ARMED_MS, remaining: events }
    this.#armings.push(arming)
    return viewOf(arming)
  }

  /** @returns whether it was followed */
  disarm(pattern: string): boolean {
    const before = this.armings().length
    this.#armings = this.#armings.filter((arming) => arming.pattern !== pattern)
    return this.#armings.length < before
  }

  armings(): TraceArming[] {
    const now = clock.epoch()
    this.#armings = this.#armings.filter(({ until, remaining }) => until > now && remaining > 0)
    return this.#armings.map(viewOf)
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

  #causeOf(key: number, { origin: { plugin } }: PluginEvent): TracedEvent | undefined {
    const event = this.#events.get(key)
    return plugin !== undefined && event?.wentTo(plugin) ? event : undefined
  }

  #takeArmed(type: string): boolean {
    if (!this.isArmed) return false
    const now = clock.epoch()
    const arming = this.#armings.find(({ matches, until }) => until > now && matches(type))
    if (arming) arming.remaining -= 1
    this.#armings = this.#armings.filter(({ until, remaining }) => until > now && remaining > 0)
    return arming !== undefined
  }

  #affords(steps: number): boolean {
    return this.#budget.takeAll(steps, clock.now())
  }

  #begin(reason: TraceReason, event: PluginEvent, bytes: number): TracedEvent | null {
    const id = this.#nextId++
    const trace = new TraceRecord({ id, reason, startedAt: clock.epoch() }, (more) => {
      if (this.#traces.has(id)) this.#bytes += more
    })
    this.#traces.set(id, trace)
    return this.#add(event, { trace, bytes, cause: null })
  }

  #join(
    event: PluginEvent,
    {
      bytes,
      receivers,
      because,
    }: { readonly bytes: number; readonly receivers: number; readonly because: TracedEvent },
  ): TracedEvent | null {
    const { trace, place } = because
    // Nobody has asked for those of a sample: they share its bound.
    if (trace.reason === 'sampled' && !this.#affords(1 + receivers)) {
      trace.leaveOut()
      return null
    }
    return this.#add(event, { trace, bytes, cause: { event: place, plugin: event.origin.plugin! } })
  }

  #add(
    event: PluginEvent,
    { trace, bytes, cause }: Pick<TracedEvent, 'trace' | 'cause'> & { readonly bytes: number },
  ): TracedEvent | null {
    const isCut = bytes > MAX_DATA_BYTES
    if (!trace.hold(EVENT_BYTES + (isCut ? 0 : bytes))) return null
    const traced = new TracedEvent(this.#nextKey++, this.#outlineOf(event, isCut), {
      trace,
      cause,
      place: trace.events.length,
    })
    trace.events.push(traced)
    this.#events.set(traced.key, traced)
    this.#makeRoom(trace)
    return traced
  }

  #outlineOf({ id, type, at, source, subject, origin, data }: PluginEvent, isCut: boolean): EventOutline {
    const owners = origin.plugin === undefined ? [] : [origin.plugin]
    // Now: later its publisher may be gone, and its secrets be known to nobody.
    const shown = this.#redact(owners, { data: isCut ? null : data, ...(subject !== undefined && { subject }) })
    return { id, type, at, source, origin, isCut, ...shown }
  }

  /** The oldest give way, but for the one that grows. */
  #makeRoom(growing: TraceRecord): void {
    for (const trace of this.#traces.values()) {
      if ((this.#traces.size <= MAX_TRACES && this.#bytes <= MAX_BYTES) || trace === growing) return
      this.#traces.delete(trace.id)
      this.#bytes -= trace.bytes
      for (const { key } of trace.events) this.#events.delete(key)
    }
  }
}

function isOf(event: TracedEvent, plugin: string): boolean {
  return event.wentTo(plugin) || event.event.origin.plugin === plugin
}

function viewOf({ pattern, remaining, until }: Arming): TraceArming {
  return { pattern, remaining, until }
}
