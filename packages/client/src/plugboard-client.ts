import type {
  ClientToServerEvents,
  Operations,
  Reply,
  ServerToClientEvents,
  SnapshotMessage,
  TopicName,
  UnchangedMessage,
} from '@plugboard/protocol'
import { io, type Socket } from 'socket.io-client'
import { ClientError } from './client-error.ts'
import { Store, type ReadableStore } from './external-store.ts'
import { LiveTopic } from './live-topic.ts'

/** `unauthorized`: the server demands a token, or another one. */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'unauthorized'

export interface Connection {
  readonly state: ConnectionState
  /** Since when, by this machine's clock, in epoch milliseconds. */
  readonly since: number
}

export interface PlugboardClientOptions {
  /** The server's address; in a browser, by default, the one the page came from. */
  readonly url?: string
  readonly token?: string | null
}

const CALL_TIMEOUT_MS = 45_000
const SUBSCRIBE_TIMEOUT_MS = 10_000

/** A connection to one Plugboard server: live topics that keep themselves up to date, and operations. */
export class PlugboardClient {
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>
  readonly #connection = new Store<Connection>({ state: 'connecting', since: Date.now() })
  readonly #topics = new Map<string, LiveTopic<TopicName>>()
  /** How far the server's clock is ahead of this machine's, in milliseconds. */
  #clockOffsetMs = 0
  #token: string | null

  constructor({ url, token = null }: PlugboardClientOptions = {}) {
    this.#token = token
    this.#socket = io(url ?? '', {
      transports: ['websocket'],
      auth: (give) => give({ token: this.#token }),
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
    })
    this.#socket.on('connect', () => {
      this.#setState('connected')
      for (const topic of this.#topics.values()) void topic.resync()
    })
    this.#socket.on('disconnect', () => this.#setState('reconnecting'))
    this.#socket.on('connect_error', (error) => {
      const refused = 'data' in error && (error.data as { code?: string } | undefined)?.code === 'UNAUTHENTICATED'
      if (refused) this.#setState('unauthorized')
      else if (this.#connection.get().state === 'connected') this.#setState('reconnecting')
    })
    this.#socket.on('delta', (message) => {
      this.#clockOffsetMs = message.now - Date.now()
      this.#topics.get(message.topic)?.receive(message)
    })
    this.#socket.on('resync', (topic) => void this.#topics.get(topic)?.resync())
  }

  get connection(): ReadableStore<Connection> {
    return this.#connection
  }

  /** Connects anew with this token. */
  setToken(token: string): void {
    this.#token = token
    this.#socket.disconnect().connect()
  }

  /** The server's clock, in epoch milliseconds. */
  serverNow(): number {
    return Date.now() + this.#clockOffsetMs
  }

  topic<Name extends TopicName>(name: Name): LiveTopic<Name> {
    const known = this.#topics.get(name)
    if (known) return known as unknown as LiveTopic<Name>
    const topic = new LiveTopic(name, {
      subscribe: async (wanted, position) => {
        const reply = await this.#socket.timeout(SUBSCRIBE_TIMEOUT_MS).emitWithAck('subscribe', wanted, position)
        return reply as Reply<SnapshotMessage | UnchangedMessage>
      },
      unsubscribe: (wanted) => {
        if (this.#socket.connected) this.#socket.emit('unsubscribe', wanted)
      },
    })
    this.#topics.set(name, topic)
    return topic
  }

  /** @throws ClientError with the server's code, or `DISCONNECTED` */
  async call<Name extends keyof Operations>(
    name: Name,
    input: Operations[Name]['input'],
  ): Promise<Operations[Name]['output']> {
    if (!this.#socket.connected) throw disconnected()
    const reply = await this.#socket
      .timeout(CALL_TIMEOUT_MS)
      .emitWithAck('call', name, input)
      .catch(() => {
        throw disconnected()
      })
    if (reply.ok) return reply.value as Operations[Name]['output']
    throw new ClientError(reply.error)
  }

  close(): void {
    this.#socket.disconnect()
  }

  #setState(state: ConnectionState): void {
    if (this.#connection.get().state !== state) this.#connection.set({ state, since: Date.now() })
  }
}

function disconnected(): ClientError {
  return new ClientError({
    code: 'DISCONNECTED',
    message: 'The server did not answer. Nobody can tell whether it acted.',
    details: null,
  })
}
