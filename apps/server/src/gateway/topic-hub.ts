import { clock } from '@plugboard/core'
import type { DeltaMessage, Position, SnapshotMessage, UnchangedMessage } from '@plugboard/protocol'
import { randomBytes } from 'node:crypto'

/** Where deltas go, and whether a topic has subscribers. */
export interface TopicSink {
  hasListeners(topic: string): boolean
  emit(message: DeltaMessage): void
  /** Tells subscribers that their state is no longer a base for deltas. */
  resync(topic: string): void
}

/** Numbers the deltas of each topic, so that a client sees when one is missing. */
export class TopicHub {
  readonly epoch = randomBytes(6).toString('base64url')
  readonly #sequences = new Map<string, number>()
  /** New topics count on from here: it is the highest number of all forgotten topics, so no number is used twice. */
  #begin = 0
  #sink: TopicSink = { hasListeners: () => false, emit: () => {}, resync: () => {} }

  connect(sink: TopicSink): void {
    this.#sink = sink
  }

  hasListeners(topic: string): boolean {
    return this.#sink.hasListeners(topic)
  }

  /** Publishes a change. It counts even without subscribers, so that a client that returns knows that it missed a change. */
  publish(topic: string, delta: unknown): void {
    const seq = this.#next(topic)
    if (this.#sink.hasListeners(topic)) this.#sink.emit({ topic, epoch: this.epoch, seq, now: clock.epoch(), delta })
  }

  /** Counts a change without subscribers, and does not compute it. */
  skip(topic: string): void {
    this.#next(topic)
  }

  /** The topic is about something else from here on, such as a plugin that was unloaded or loaded anew. */
  restart(topic: string): void {
    this.skip(topic)
    this.#sink.resync(topic)
  }

  /** Where a client that was at `position` stands: up to date, or in need of a snapshot. */
  answer(topic: string, position: Partial<Position>, snapshot: () => unknown): SnapshotMessage | UnchangedMessage {
    const seq = this.#sequences.get(topic) ?? this.#next(topic)
    const here = { epoch: this.epoch, seq, now: clock.epoch() }
    if (position.epoch === this.epoch && position.seq === seq) return { ...here, unchanged: true }
    return { ...here, snapshot: snapshot() }
  }

  /** The topic is over; topics that clients name must not fill the memory. */
  forget(topic: string): void {
    this.#begin = Math.max(this.#begin, this.#sequences.get(topic) ?? 0)
    this.#sequences.delete(topic)
  }

  #next(topic: string): number {
    const seq = (this.#sequences.get(topic) ?? this.#begin) + 1
    this.#sequences.set(topic, seq)
    return seq
  }
}
