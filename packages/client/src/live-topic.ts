import {
  kindOf,
  TOPIC_CODECS,
  type DeltaMessage,
  type KindOf,
  type Position,
  type Reply,
  type SnapshotMessage,
  type TopicName,
  type Topics,
  type UnchangedMessage,
  type WireError,
} from '@plugboard/protocol'
import { Store, type ReadableStore } from './external-store.ts'

/** What is known of a topic. Data that was once there stays there, and says how old it is. */
export interface Live<State> {
  readonly state: State | null
  /** When the server sent it, by the server's clock, in epoch milliseconds. */
  readonly at: number | null
  /** The server refused the topic, such as a plugin that is not loaded. */
  readonly error: WireError | null
}

export interface TopicTransport {
  subscribe(topic: string, position: Partial<Position>): Promise<Reply<SnapshotMessage | UnchangedMessage>>
  unsubscribe(topic: string): void
}

const NOTHING: Live<never> = { state: null, at: null, error: null }
/** A refusal that asking again does not change. */
const FINAL = /NOT_FOUND$|^INPUT_INVALID$|^FORBIDDEN$/
/** An answer that does not come is asked for again. */
const RETRY_MS = 3_000
/** A topic without a reader stays subscribed for this long, so that a page that returns has its data at once. */
const LINGER_MS = 5_000

/** One topic: subscribed while it has a reader, merged from deltas, and requested again when a delta is missing. */
export class LiveTopic<Name extends TopicName> implements ReadableStore<Live<Topics[KindOf<Name>]['state']>> {
  readonly #name: Name
  readonly #transport: TopicTransport
  readonly #store = new Store<Live<Topics[KindOf<Name>]['state']>>(NOTHING)
  #position: Position | null = null
  #waiting: DeltaMessage[] = []
  #asking = false
  #askAgain = false
  #watchers = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #linger: ReturnType<typeof setTimeout> | undefined

  constructor(name: Name, transport: TopicTransport) {
    this.#name = name
    this.#transport = transport
  }

  readonly get = (): Live<Topics[KindOf<Name>]['state']> => this.#store.get()

  readonly subscribe = (listener: () => void): (() => void) => {
    const unsubscribe = this.#store.subscribe(listener)
    clearTimeout(this.#linger)
    this.#watchers += 1
    if (this.#watchers === 1) void this.resync()
    let over = false
    return () => {
      if (over) return
      over = true
      unsubscribe()
      this.#watchers -= 1
      if (this.#watchers === 0) this.#linger = setTimeout(() => this.#leave(), LINGER_MS)
    }
  }

  /** Asks where the topic stands: after a connection, and when a delta is missing. */
  async resync(): Promise<void> {
    if (this.#watchers === 0) return
    if (this.#asking) {
      this.#askAgain = true
      return
    }
    this.#asking = true
    try {
      this.#take(await this.#transport.subscribe(this.#name, this.#position ?? {}))
    } catch {
      // Without a connection the next one asks too.
      clearTimeout(this.#retry)
      this.#retry = setTimeout(() => void this.resync(), RETRY_MS)
    } finally {
      this.#asking = false
      const again = this.#askAgain
      this.#askAgain = false
      this.#waiting = []
      if (again) void this.resync()
    }
  }

  receive(message: DeltaMessage): void {
    if (this.#asking) {
      this.#waiting.push(message)
      return
    }
    if (this.#watchers > 0 && !this.#merge(message)) void this.resync()
  }

  #take(reply: Reply<SnapshotMessage | UnchangedMessage>): void {
    if (!reply.ok) {
      this.#position = null
      if (FINAL.test(reply.error.code)) return this.#store.set({ ...NOTHING, error: reply.error })
      // Refused for now, such as for too many messages: what is here stays, and is asked for again.
      this.#store.set({ ...this.#store.get(), error: reply.error })
      clearTimeout(this.#retry)
      this.#retry = setTimeout(() => void this.resync(), RETRY_MS)
      return
    }
    const { value } = reply
    this.#position = { epoch: value.epoch, seq: value.seq }
    if ('snapshot' in value) {
      const { decode } = this.#codec
      this.#store.set({ state: decode(value.snapshot as never), at: value.now, error: null })
    }
    for (const message of this.#waiting) {
      if (message.epoch === value.epoch && message.seq > this.#position.seq && !this.#merge(message))
        this.#askAgain = true
    }
  }

  /** False when the delta does not follow on what is here. */
  #merge({ epoch, seq, now, delta }: DeltaMessage): boolean {
    const { state } = this.#store.get()
    if (!this.#position || state === null || epoch !== this.#position.epoch) return false
    if (seq <= this.#position.seq) return true
    if (seq !== this.#position.seq + 1) return false
    try {
      this.#store.set({ state: this.#codec.merge(state, delta), at: now, error: null })
      this.#position = { epoch, seq }
      return true
    } catch {
      // A delta that cannot be merged: what is here is not to be trusted either.
      this.#position = null
      return false
    }
  }

  get #codec(): {
    decode: (snapshot: never) => Topics[KindOf<Name>]['state']
    merge: (state: unknown, delta: unknown) => Topics[KindOf<Name>]['state']
  } {
    return TOPIC_CODECS[kindOf(this.#name)] as never
  }

  #leave(): void {
    if (this.#watchers > 0) return
    clearTimeout(this.#retry)
    this.#position = null
    this.#store.set(NOTHING)
    this.#transport.unsubscribe(this.#name)
  }
}
