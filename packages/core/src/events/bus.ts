import { clock } from '../util/clock.ts'
import {
  compileTopicPattern,
  type Dispose,
  type EventInput,
  type EventOrigin,
  type PluginEvent,
  type Publishable,
  type TopicMatcher,
} from '@plugboard/plugin-sdk'
import { PluginError } from '../errors/plugin-error.ts'
import { SAMPLE_EVERY_MS, type TraceBook } from '../tracing/trace-book.ts'
import { AcceptedEvent, type Publishing } from './accepted-event.ts'
import { Broadcast, type BroadcastOutcome } from './broadcast.ts'
import { MAX_BATCH_EVENTS } from './encoded-batch.ts'
import { checkEvent, type CheckedEvent, type HostEvent } from './event-check.ts'

export interface BusStats {
  readonly totalPublished: number
  /** The host's subscriptions and the plugins that receive events now. */
  readonly totalSubscribers: number
  /** The first 200 topics by name; the others together as `(other)`. */
  readonly eventsByType: Readonly<Record<string, number>>
}

/** A plugin, as the bus sees it. */
export interface Receiver {
  readonly id: string
  wants(topic: string): boolean
  accept(event: AcceptedEvent): void
  /** An event that it wants was published while it was not active. @returns whether it has missed the event */
  miss(): boolean
}

/** How often events of a type were published, and the plugins that want them. */
interface TypeEntry {
  count: number
  /** Null where the set of plugins, or what one of them wants, has changed since. */
  route: Route | null
  /** From when on one of them is followed as a sample, in epoch milliseconds. */
  sampleAt: number
  /** Whether it was asked for events of this type, when the armings had this version. */
  isAskedFor: boolean
  armingsVersion: number
}

/** Gets each event, and the id of the trace that follows it, if one does. */
export type EventTap = (event: PluginEvent, traceId: number | null) => void

interface Route {
  readonly receivers: readonly Receiver[]
  /** Those that want the type and are not active. */
  readonly absent: readonly Receiver[]
}

const EVENTS_PER_TIME = 256
const MAX_HOPS = 8
const MAX_TYPES = 10_000
const TYPES_SHOWN = 200

/**
 * Every event passes through this bus, which checks, stamps and counts it and hands it to each active plugin that wants
 * it [EV9.a].
 */
export class EventBus {
  readonly #receivers: () => Iterable<Receiver>
  readonly #absent: () => Iterable<Receiver>
  readonly #traces: TraceBook
  readonly #reportThrown: (thrown: unknown) => void
  readonly #subscriptions = new Map<(event: PluginEvent) => unknown, Map<string, TopicMatcher>>()
  readonly #taps = new Set<EventTap>()
  /** How the host itself publishes. */
  readonly #plain: Publishing
  readonly #idPrefix = `${clock.epoch().toString(36)}-`
  readonly #types = new Map<string, TypeEntry>()
  #nextId = 0
  #totalPublished = 0
  /** Events of types beyond those that are counted one by one. */
  #otherTypes = 0
  /** For all of those. */
  readonly #other = newEntry()

  #timeNow = 0
  /** How many events got that time. */
  #eventsOfTime = 0

  constructor(options: {
    /** This host's, in the origin of its events. */
    readonly node: string
    /** Those that are active now. */
    readonly receivers: () => Iterable<Receiver>
    /** Those that are loaded and not active. */
    readonly absent: () => Iterable<Receiver>
    readonly traces: TraceBook
    readonly onListenerThrew: (thrown: unknown) => void
  }) {
    this.#plain = Object.freeze({ origin: Object.freeze({ node: options.node }), hops: 0, broadcast: null, cause: 0 })
    this.#receivers = options.receivers
    this.#absent = options.absent
    this.#traces = options.traces
    this.#reportThrown = options.onListenerThrew
  }

  /**
   * Publishes an event and returns its id without waiting for handlers.
   * @throws PluginError `EVENT_INVALID`, `TOO_LARGE`
   */
  publish<const Type extends string, Data = null>(
    event: Publishable<Type, Data> & Pick<HostEvent, 'id' | 'at'>,
  ): string {
    return this.dispatch(this.check(event), null)
  }

  /** Publishes an event; resolves with its outcome once every handler has settled. */
  async broadcast(event: HostEvent): Promise<BroadcastOutcome> {
    const broadcast = new Broadcast()
    this.dispatch(this.check(event), broadcast)
    return broadcast.outcome
  }

  /**
   * Checks an event without publishing it, and returns the copy that would be published.
   * @throws PluginError `EVENT_INVALID`, `TOO_LARGE`
   */
  check(event: HostEvent): CheckedEvent {
    return checkEvent(event, 'host')
  }

  /** Publishes an event that was checked. */
  dispatch(checked: CheckedEvent, broadcast: Broadcast | null = null): string {
    return this.#accept(checked, broadcast ? { ...this.#plain, broadcast } : this.#plain)
  }

  /**
   * Publishes what a plugin publishes; it does not receive the event itself.
   * @param delivery its id, which nothing else has; how many handlers it has come through; and the key of the event that was
   * being handled, as the plugin says, where that is followed, else 0
   * @throws PluginError `EVENT_INVALID`, `TOO_LARGE`, `EVENT_STORM`
   */
  publishFrom(
    origin: EventOrigin,
    event: EventInput,
    { id, hops, cause }: { readonly id: string; readonly hops: number; readonly cause: number },
  ): string {
    if (hops > MAX_HOPS) {
      throw new PluginError('EVENT_STORM', `an event that came through ${hops} handlers is not published again`, {
        hops,
      })
    }
    return this.#accept(checkEvent(event, origin.plugin ?? 'host'), { origin, hops, broadcast: null, cause }, id)
  }

  /** The start of ids that no other event has: for a publisher that numbers its events itself. */
  reserveIds(): string {
    return `${this.#idPrefix}${(this.#nextId++).toString(36)}.`
  }

  /** The time of day, read once for the events that are published together: reading it costs a tenth of a publication. */
  #time(): number {
    if (this.#eventsOfTime === 0) {
      this.#timeNow = clock.epoch()
      queueMicrotask(() => (this.#eventsOfTime = 0))
    }
    this.#eventsOfTime = (this.#eventsOfTime + 1) % EVENTS_PER_TIME
    return this.#timeNow
  }

  /** @param given an id that nothing else has */
  #accept(checked: CheckedEvent, publishing: Publishing, given = checked.id): string {
    const { origin, broadcast, cause } = publishing
    const now = this.#time()
    const number = this.#nextId++
    const id = given ?? this.#idPrefix + number.toString(36)
    const endsBlock = number % MAX_BATCH_EVENTS === MAX_BATCH_EVENTS - 1
    const accepted = new AcceptedEvent(checked, publishing, { id, at: checked.at ?? now, endsBlock })
    const entry = this.#count(accepted.type)
    const { receivers, absent } = (entry.route ??= this.#routeOf(accepted.type))
    // Nearly all events pass here: for most of them this costs three comparisons.
    const isDue = now >= entry.sampleAt
    if (isDue || cause !== 0 || this.#isAskedFor(accepted.type, entry)) {
      if (isDue) entry.sampleAt = now + SAMPLE_EVERY_MS
      accepted.traced = this.#traces.follow(accepted, { receivers: receivers.length, cause, isDue })
    }
    for (const receiver of receivers) if (receiver.id !== origin.plugin) receiver.accept(accepted)
    for (const receiver of absent) {
      if (receiver.id !== origin.plugin && receiver.miss()) accepted.traced?.miss(receiver.id)
    }
    broadcast?.seal()
    if (this.#subscriptions.size > 0) this.#notify(accepted)
    if (this.#taps.size > 0) for (const tap of this.#taps) tap(accepted.event, accepted.traced?.trace.id ?? null)
    return id
  }

  /** @throws TypeError where the pattern is not one. */
  subscribe(pattern: string, listener: (event: PluginEvent) => unknown): Dispose {
    const patterns = this.#subscriptions.get(listener) ?? new Map<string, TopicMatcher>()
    patterns.set(pattern, compileTopicPattern(pattern))
    this.#subscriptions.set(listener, patterns)
    return () => this.unsubscribe(pattern, listener)
  }

  unsubscribe(pattern: string, listener: (event: PluginEvent) => unknown): void {
    const patterns = this.#subscriptions.get(listener)
    patterns?.delete(pattern)
    if (patterns?.size === 0) this.#subscriptions.delete(listener)
  }

  /** Shows each event to a listener that is not counted as a subscriber, and that must not throw. */
  tap(listener: EventTap): Dispose {
    this.#taps.add(listener)
    return () => void this.#taps.delete(listener)
  }

  /** How often each type was published since the last reset. Types beyond the first 10,000 are not included. */
  typeCounts(): ReadonlyMap<string, number> {
    const counted = [...this.#types].filter(([, { count }]) => count > 0)
    return new Map(counted.map(([type, { count }]) => [type, count]))
  }

  getStats(): BusStats {
    const types = [...this.typeCounts()].sort(([a], [b]) => (a < b ? -1 : 1))
    const rest = types.slice(TYPES_SHOWN).reduce((sum, [, count]) => sum + count, this.#otherTypes)
    const eventsByType = Object.fromEntries(types.slice(0, TYPES_SHOWN))
    let totalSubscribers = [...this.#receivers()].length
    for (const patterns of this.#subscriptions.values()) totalSubscribers += patterns.size
    return {
      totalPublished: this.#totalPublished,
      totalSubscribers,
      eventsByType: rest > 0 ? { ...eventsByType, '(other)': rest } : eventsByType,
    }
  }

  resetStats(): void {
    this.#totalPublished = 0
    this.#otherTypes = 0
    this.#types.clear()
  }

  /** The set of receivers, or what one of them wants, has changed. */
  invalidateRoutes(): void {
    for (const entry of this.#types.values()) entry.route = null
  }

  #count(type: string): TypeEntry {
    this.#totalPublished += 1
    let entry = this.#types.get(type)
    if (!entry) {
      if (this.#types.size >= MAX_TYPES) {
        this.#otherTypes += 1
        // Nothing of it holds for the next one but when a sample is due.
        return Object.assign(this.#other, { route: null, armingsVersion: -1 })
      }
      entry = newEntry()
      this.#types.set(type, entry)
    }
    entry.count += 1
    return entry
  }

  #isAskedFor(type: string, entry: TypeEntry): boolean {
    const { armings } = this.#traces
    if (entry.armingsVersion !== armings.version) {
      entry.armingsVersion = armings.version
      entry.isAskedFor = armings.has(type)
    }
    return entry.isAskedFor
  }

  #routeOf(type: string): Route {
    const wants = (receiver: Receiver): boolean => receiver.wants(type)
    return { receivers: [...this.#receivers()].filter(wants), absent: [...this.#absent()].filter(wants) }
  }

  #notify({ type, event }: AcceptedEvent): void {
    for (const [listener, patterns] of [...this.#subscriptions]) {
      try {
        for (const matches of patterns.values()) {
          if (!matches(type)) continue
          // The rejection of an asynchronous listener must not become an unhandled rejection of the host.
          const result = listener(event)
          if (result instanceof Promise) result.catch(this.#reportThrown)
          break
        }
      } catch (thrown) {
        this.#reportThrown(thrown)
      }
    }
  }
}

function newEntry(): TypeEntry {
  return { count: 0, route: null, sampleAt: 0, isAskedFor: false, armingsVersion: -1 }
}
