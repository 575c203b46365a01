import {
  compileTopicPattern,
  type Dispose,
  type EventBody,
  type PluginEvent,
  type TopicMatcher,
} from '@plugboard/plugin-sdk'
import { PluginError } from '../errors/plugin-error.ts'
import { AcceptedEvent, checkEvent } from './accepted-event.ts'
import { Broadcast, type BroadcastOutcome } from './broadcast.ts'
import { MAX_BATCH_EVENTS } from './encoded-batch.ts'

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
}

export interface PublishOptions {
  /** Who publishes; it does not receive the event itself. Default: `host`. */
  readonly source?: string
}

const MAX_HOPS = 8
/** Characters of the name of who publishes. */
const MAX_SOURCE = 256
const MAX_TOPICS_COUNTED = 10_000
const TOPICS_SHOWN = 200
const MAX_TOPICS_ROUTED = 1_000

/** The one road of every event: checked, stamped, counted, and handed to each plugin that is active and wants it [EV9]. */
export class EventBus {
  readonly #receivers: () => Iterable<Receiver>
  readonly #reportThrown: (thrown: unknown) => void
  readonly #subscriptions = new Map<(event: PluginEvent) => unknown, Map<string, TopicMatcher>>()
  readonly #taps = new Set<(event: PluginEvent) => void>()
  readonly #routes = new Map<string, readonly Receiver[]>()
  readonly #idPrefix = `${Date.now().toString(36)}-`
  readonly #eventsByTopic = new Map<string, number>()
  #nextId = 0
  #totalPublished = 0
  #otherTopics = 0

  constructor(options: {
    /** Those that are active now. */
    readonly receivers: () => Iterable<Receiver>
    readonly onListenerThrew: (thrown: unknown) => void
  }) {
    this.#receivers = options.receivers
    this.#reportThrown = options.onListenerThrew
  }

  /**
   * Publishes an event and returns its id without waiting for handlers.
   * @throws PluginError `EVENT_INVALID`, `TOO_LARGE`
   */
  publish(body: EventBody, options: PublishOptions = {}): string {
    return this.dispatch(body, { source: options.source ?? 'host', hops: 0, broadcast: null })
  }

  /**
   * Checks an event without publishing it, and returns the copy that would be published.
   * @throws PluginError `EVENT_INVALID`, `TOO_LARGE`
   */
  check(body: EventBody): EventBody {
    return checkEvent(body)
  }

  /** Publishes an event; resolves with its outcome once every handler has settled. */
  async broadcast(body: EventBody, options: PublishOptions = {}): Promise<BroadcastOutcome> {
    const broadcast = new Broadcast()
    this.dispatch(body, { source: options.source ?? 'host', hops: 0, broadcast })
    return broadcast.outcome
  }

  /** What both of them do; hops come from the plugins' own publications. Returns the event's id. */
  dispatch(
    given: EventBody,
    { source, hops, broadcast }: { source: string; hops: number; broadcast: Broadcast | null },
  ): string {
    if (hops > MAX_HOPS) {
      throw new PluginError('EVENT_STORM', `an event that came through ${hops} handlers goes no further`, { hops })
    }
    const body = checkEvent(given)
    if (typeof source !== 'string' || source === '' || source.length > MAX_SOURCE) throw invalidSource()
    const number = this.#nextId++
    const id = this.#idPrefix + number.toString(36)
    const endsBlock = number % MAX_BATCH_EVENTS === MAX_BATCH_EVENTS - 1
    const accepted = new AcceptedEvent(body, { id, at: Date.now(), source }, { hops, broadcast, endsBlock })
    const { topic } = accepted
    this.#count(topic)

    for (const receiver of this.#routeOf(topic)) if (receiver.id !== source) receiver.accept(accepted)
    broadcast?.seal()
    if (this.#subscriptions.size > 0) this.#notify(accepted)
    if (this.#taps.size > 0) for (const tap of this.#taps) tap(accepted.event)
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

  /** Shows every event to who only looks: it is no subscriber, and must not throw. */
  tap(listener: (event: PluginEvent) => void): Dispose {
    this.#taps.add(listener)
    return () => void this.#taps.delete(listener)
  }

  /** How often each topic was published since the figures were last reset, all of them by their own name. */
  topicCounts(): ReadonlyMap<string, number> {
    return new Map(this.#eventsByTopic)
  }

  getStats(): BusStats {
    const topics = [...this.#eventsByTopic].sort(([a], [b]) => (a < b ? -1 : 1))
    const rest = topics.slice(TOPICS_SHOWN).reduce((sum, [, count]) => sum + count, this.#otherTopics)
    const eventsByType = Object.fromEntries(topics.slice(0, TOPICS_SHOWN))
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
    this.#otherTopics = 0
    this.#eventsByTopic.clear()
  }

  /** The set of receivers, or what one of them wants, has changed. */
  invalidateRoutes(): void {
    this.#routes.clear()
  }

  #routeOf(topic: string): readonly Receiver[] {
    const known = this.#routes.get(topic)
    if (known) return known
    const route = [...this.#receivers()].filter((receiver) => receiver.wants(topic))
    if (this.#routes.size >= MAX_TOPICS_ROUTED) this.#routes.clear()
    this.#routes.set(topic, route)
    return route
  }

  #count(topic: string): void {
    this.#totalPublished += 1
    const count = this.#eventsByTopic.get(topic)
    if (count !== undefined || this.#eventsByTopic.size < MAX_TOPICS_COUNTED)
      this.#eventsByTopic.set(topic, (count ?? 0) + 1)
    else this.#otherTopics += 1
  }

  #notify({ topic, event }: AcceptedEvent): void {
    for (const [listener, patterns] of [...this.#subscriptions]) {
      try {
        for (const matches of patterns.values()) {
          if (!matches(topic)) continue
          // One that is asynchronous must not become an unhandled rejection of the host.
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

function invalidSource(): PluginError<'EVENT_INVALID'> {
  const message = `source must be text of 1 to ${MAX_SOURCE} characters`
  return new PluginError('EVENT_INVALID', `event refused: ${message}`, [{ pointer: '/source', rule: 'type', message }])
}
