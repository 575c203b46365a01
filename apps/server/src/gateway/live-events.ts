import { clock } from '@plugboard/core'
import type { EventBus } from '@plugboard/core'
import { compileTopicPattern, isTopicPattern, type PluginEvent, type TopicMatcher } from '@plugboard/plugin-sdk'
import { mergeEventTail, type EventLine, type EventTail } from '@plugboard/protocol'
import { eventLine, type Redact } from '../views/event.ts'
import { RequestError } from '../errors/wire-problem.ts'
import type { TopicHub } from './topic-hub.ts'

const PREFIX = 'events:'
const EVERYTHING = 'events:**'
const FLUSH_MS = 250
/** A person cannot read more than 100 a second. The others are counted. */
const MAX_PER_FLUSH = 25
/** Different patterns that are looked at at once. */
const MAX_TAILS = 64
/** A tail without subscribers for this many flushes ends. */
const IDLE_FLUSHES = 120

interface Tail {
  readonly matches: TopicMatcher
  shown: EventTail
  pending: EventLine[]
  skipped: number
  idle: number
}

/** The `events:<pattern>` topics: the events on the bus, tapped only while the topic has subscribers. */
export class LiveEvents {
  readonly #bus: EventBus
  readonly #hub: TopicHub
  readonly #redact: Redact
  readonly #tails = new Map<string, Tail>()
  #timer: NodeJS.Timeout | undefined
  #untap: (() => void) | undefined
  /** Numbers lines: ids of events may come from outside, and more than once. */
  readonly #linePrefix = `${clock.epoch().toString(36)}-`
  #nextLine = 0

  constructor(bus: EventBus, hub: TopicHub, redact: Redact) {
    this.#bus = bus
    this.#hub = hub
    this.#redact = redact
  }

  /**
   * Undefined if the topic is not a valid pattern. @throws RequestError `RATE_LIMITED` while too many other patterns
   * are subscribed
   */
  snapshotOf(topic: string): EventTail | undefined {
    const pattern = topic.slice(PREFIX.length)
    let tail = this.#tails.get(topic)
    if (!tail) {
      if (!isTopicPattern(pattern)) return undefined
      this.#makeRoom(topic)
      const matches = compileTopicPattern(pattern)
      tail = { matches, shown: { events: [], skipped: 0 }, pending: [], skipped: 0, idle: 0 }
      this.#tails.set(topic, tail)
    }
    tail.idle = 0
    this.#start()
    // The number of skipped events is for subscribers that saw the others.
    return { events: tail.shown.events, skipped: 0 }
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#untap?.()
    this.#untap = undefined
    this.#tails.clear()
  }

  /** A pattern without subscribers makes room. The pattern that every board opens with is always accepted. */
  #makeRoom(topic: string): void {
    if (this.#tails.size < MAX_TAILS || topic === EVERYTHING) return
    const idle = [...this.#tails.keys()].find((known) => !this.#hub.hasListeners(known))
    if (idle === undefined) throw new RequestError('RATE_LIMITED', 'too many tails of events are looked at')
    this.#end(idle)
  }

  #end(topic: string): void {
    this.#tails.delete(topic)
    this.#hub.forget(topic)
  }

  #start(): void {
    this.#untap ??= this.#bus.tap((event, traceId) => this.#take(event, traceId))
    this.#timer ??= setInterval(() => this.#flushAll(), FLUSH_MS).unref()
  }

  #take(event: PluginEvent, traceId: number | null): void {
    const topic = event.type
    let line: EventLine | undefined
    for (const tail of this.#tails.values()) {
      if (!tail.matches(topic)) continue
      if (tail.pending.length >= MAX_PER_FLUSH) {
        tail.skipped += 1
        continue
      }
      line ??= eventLine(event, { id: this.#linePrefix + (this.#nextLine++).toString(36), traceId }, this.#redact)
      tail.pending.push(line)
    }
  }

  #flushAll(): void {
    for (const [topic, tail] of this.#tails) {
      tail.idle = this.#hub.hasListeners(topic) ? 0 : tail.idle + 1
      if (tail.idle > IDLE_FLUSHES) this.#end(topic)
      else this.#flush(topic, tail)
    }
    if (this.#tails.size === 0) this.stop()
  }

  #flush(topic: string, tail: Tail): void {
    const delta: EventTail = { events: tail.pending, skipped: tail.skipped }
    if (delta.events.length === 0 && delta.skipped === 0) return
    tail.pending = []
    tail.skipped = 0
    tail.shown = mergeEventTail(tail.shown, delta)
    this.#hub.publish(topic, delta)
  }
}
