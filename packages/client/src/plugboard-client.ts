import {
  kindOf,
  MAX_SOCKET_BYTES,
  PROTOCOL_VERSION,
  type CallerView,
  type ClientToServerEvents,
  type Operations,
  type ServerToClientEvents,
  type TopicName,
} from '@plugboard/protocol'
import { io, type Socket } from 'socket.io-client'
import { ClientError } from './client-error.ts'
import { Store, type ReadableStore } from './external-store.ts'
import { LiveTopic } from './live-topic.ts'

/** What a message holds besides the input of a call. */
const ENVELOPE_BYTES = 4 * 1_024

/** `unauthorized`: there is no valid session or token (any more). `outdated`: it speaks another version of the protocol. */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'unauthorized' | 'outdated'

export interface Connection {
  readonly state: ConnectionState
  /** Since when, by this machine's clock, in epoch milliseconds. */
  readonly since: number
  /** How many connections were refused because of a missing or invalid session or token. */
  readonly refusals: number
  /** Why the last attempt failed, as the server's code; null: it did not, or nobody said why. */
  readonly reason: string | null
}

export interface PlugboardClientOptions {
  /** The server's address, with its path if it has one; in a browser, by default, the one the page came from. */
  readonly url?: string
  /** Of a program; a browser that is signed in needs none. */
  readonly token?: string | null
  /** Sent along where a program may: in a browser they are the browser's own. */
  readonly headers?: Readonly<Record<string, string>>
}

const CALL_TIMEOUT_MS = 45_000
const READY_TIMEOUT_MS = 20_000
const SUBSCRIBE_TIMEOUT_MS = 10_000
/** A server that refused a connection for now is asked again after that long. */
const REFUSED_RETRY_MS = 1_000

/** A connection to one Plugboard server: live topics that keep themselves up to date, and operations. */
export class PlugboardClient {
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>
  readonly #connection = new Store<Connection>({ state: 'connecting', since: Date.now(), refusals: 0, reason: null })
  readonly #session = new Store<CallerView | null>(null)
  readonly #topics = new Map<string, LiveTopic<TopicName>>()
  /** How far the server's clock is ahead of this machine's, in milliseconds. */
  #clockOffsetMs = 0
  #lastHeardAt: number | null = null
  #token: string | null
  #retry: ReturnType<typeof setTimeout> | undefined
  readonly #closing = new AbortController()

  constructor({ url, token = null, headers }: PlugboardClientOptions = {}) {
    this.#token = token
    const { origin, path } = addressOf(url ?? '')
    this.#socket = io(origin, {
      path: `${path}/socket.io`,
      // Some proxies let no WebSocket through.
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      withCredentials: true,
      auth: (give) => give({ token: this.#token, protocol: PROTOCOL_VERSION }),
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
      ...(headers && { extraHeaders: { ...headers } }),
    })
    this.#socket.on('connect', () => {
      this.#setState('connected')
      for (const topic of this.#topics.values()) void topic.resync()
    })
    this.#socket.on('disconnect', (reason) => {
      this.#setState('reconnecting')
      // The server closed the connection, and Socket.IO does not reconnect then. Connect again: the server answers with
      // the reason.
      if (reason === 'io server disconnect') this.#socket.connect()
    })
    this.#socket.on('connect_error', (error) => this.#refuse(reasonOf(error)))
    this.#socket.on('delta', (message) => {
      this.#hear(message.now)
      this.#topics.get(message.topic)?.receive(message)
    })
    this.#socket.on('session', (caller) => this.#session.set(caller))
    this.#socket.on('resync', (topic) => void this.#topics.get(topic)?.resync())
  }

  get connection(): ReadableStore<Connection> {
    return this.#connection
  }

  /** Who the server takes us for; null before it has said so. */
  get session(): ReadableStore<CallerView | null> {
    return this.#session
  }

  /** Connects again after a sign-in or sign-out in this browser. */
  reconnect(): void {
    clearTimeout(this.#retry)
    this.#socket.disconnect()
    // On purpose: a call waits for the new connection, and is not refused for what became of the old one.
    this.#setState('connecting')
    this.#socket.connect()
  }

  /** Connects anew with this token. */
  setToken(token: string): void {
    this.#token = token
    this.reconnect()
  }

  /** The server's clock, in epoch milliseconds. */
  serverNow(): number {
    return Date.now() + this.#clockOffsetMs
  }

  /** When the server last sent anything new, by its own clock, in epoch milliseconds. */
  lastHeardAt(): number | null {
    return this.#lastHeardAt
  }

  topic<Name extends TopicName>(name: Name): LiveTopic<Name> {
    const known = this.#topics.get(name)
    if (known) return known as unknown as LiveTopic<Name>
    const topic = new LiveTopic(name, {
      subscribe: async (wanted, position) => {
        this.#topics.set(name, topic)
        const reply = await this.#socket.timeout(SUBSCRIBE_TIMEOUT_MS).emitWithAck('subscribe', wanted, position)
        if (reply.ok) this.#hear(reply.value.now)
        return reply
      },
      unsubscribe: (wanted) => {
        // What is known of it stays, for a page that returns; but there are as many patterns as somebody can type.
        if (kindOf(name) === 'events') this.#topics.delete(name)
        if (this.#socket.connected) this.#socket.emit('unsubscribe', wanted)
      },
    })
    this.#topics.set(name, topic)
    return topic
  }

  /**
   * Resolves when the server has accepted the connection.
   * @throws ClientError `UNAUTHENTICATED` or `PROTOCOL_MISMATCH` when it was refused for good; `DISCONNECTED` when that
   *   has not happened after `timeoutMs`, or the client was closed
   */
  async ready(timeoutMs = READY_TIMEOUT_MS): Promise<void> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)])
    await new Promise<void>((resolve, reject) => {
      const settle = (): void => {
        const { state } = this.#connection.get()
        if (this.#closing.signal.aborted) reject(lost('DISCONNECTED', 'This client was closed.'))
        else if (state === 'connected') resolve()
        else if (state === 'unauthorized')
          reject(lost('UNAUTHENTICATED', 'The server asks for a valid session or token.'))
        else if (state === 'outdated')
          reject(lost('PROTOCOL_MISMATCH', 'The server speaks another version of the protocol.'))
        else if (signal.aborted) reject(lost('DISCONNECTED', `There was no connection within ${timeoutMs} ms.`))
        else return
        unsubscribe()
        signal.removeEventListener('abort', settle)
      }
      const unsubscribe = this.#connection.subscribe(settle)
      signal.addEventListener('abort', settle)
      settle()
    })
  }

  /**
   * Waits for the first connection of all; when a later one is lost, it is refused at once.
   * @param timeoutMs for what takes longer than any single operation
   * @throws ClientError with the server's code; `TOO_LARGE` for what the server would not read, `DISCONNECTED` or
   *   `NO_ANSWER`; or as {@link ready} does
   */
  async call<Name extends keyof Operations>(
    name: Name,
    input: Operations[Name]['input'],
    timeoutMs = CALL_TIMEOUT_MS,
  ): Promise<Operations[Name]['output']> {
    if (this.#connection.get().state === 'connecting') await this.ready(timeoutMs)
    if (!this.#socket.connected)
      throw lost('DISCONNECTED', 'There is no connection to the server. The request was not sent.')
    if (new Blob([JSON.stringify(input)]).size > MAX_SOCKET_BYTES - ENVELOPE_BYTES)
      throw lost('TOO_LARGE', `The request has more than ${MAX_SOCKET_BYTES - ENVELOPE_BYTES} bytes. It was not sent.`)
    const reply = await this.#socket
      .timeout(timeoutMs)
      .emitWithAck('call', name, input)
      .catch(() => {
        throw lost('NO_ANSWER', 'The server did not answer. The result is unknown.')
      })
    if (reply.ok) return reply.value as Operations[Name]['output']
    throw new ClientError(reply.error)
  }

  close(): void {
    this.#closing.abort()
    clearTimeout(this.#retry)
    this.#socket.disconnect()
  }

  /** @param now the server's clock, as it says it */
  #hear(now: number): void {
    this.#clockOffsetMs = now - Date.now()
    this.#lastHeardAt = now
  }

  #refuse(code: string | undefined): void {
    const { state, refusals, since } = this.#connection.get()
    if (code === 'UNAUTHENTICATED')
      this.#connection.set({ state: 'unauthorized', since: Date.now(), refusals: refusals + 1, reason: code })
    else if (code === 'PROTOCOL_MISMATCH') this.#setState('outdated')
    else {
      if (state === 'connected') this.#setState('reconnecting')
      else this.#connection.set({ state, since, refusals, reason: code ?? null })
      // Refused by the server itself, for a reason that passes: Socket.IO does not try again then.
      if (this.#socket.active) return
      clearTimeout(this.#retry)
      this.#retry = setTimeout(() => this.#socket.connect(), REFUSED_RETRY_MS)
    }
  }

  #setState(state: ConnectionState): void {
    const { refusals, state: before } = this.#connection.get()
    if (before !== state) this.#connection.set({ state, since: Date.now(), refusals, reason: null })
  }
}

/** The code that the server refused a connection with: in the error itself, or in the answer to a request of polling. */
function reasonOf(error: Error): string | undefined {
  const { data, context } = error as { data?: { code?: string }; context?: { responseText?: string } }
  if (data?.code !== undefined) return data.code
  return /"message":"([A-Z_]+)"/.exec(context?.responseText ?? '')?.[1]
}

/** For Socket.IO a path in the address would be something else: the name of a channel. A scheme may be left out. */
function addressOf(url: string): { readonly origin: string; readonly path: string } {
  const [, origin = '', path = ''] = /^((?:[a-z]+:\/\/)?[^/?#]+)?(\/[^?#]*)?/i.exec(url) ?? []
  return { origin, path: path.replace(/\/+$/, '') }
}

function lost(
  code: 'TOO_LARGE' | 'DISCONNECTED' | 'NO_ANSWER' | 'UNAUTHENTICATED' | 'PROTOCOL_MISMATCH',
  message: string,
): ClientError {
  return new ClientError({ code, message, details: null })
}
