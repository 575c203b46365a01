import {
  MAX_SOCKET_BYTES,
  PROTOCOL_VERSION,
  type ClientToServerEvents,
  type DeltaMessage,
  type Position,
  type Reply,
  type ServerToClientEvents,
  type SnapshotMessage,
  type TopicName,
  type UnchangedMessage,
} from '@plugboard/protocol'
import { clock, RateLimit } from '@plugboard/core'
import type { Dispose } from '@plugboard/plugin-sdk'
import type { Server as HttpServer } from 'node:http'
import type { Logger } from 'pino'
import { Server, type Socket } from 'socket.io'
import { z } from 'zod'
import type { Authenticator } from '../auth/authenticator.ts'
import type { Principal } from '../auth/principal.ts'
import { Budgets } from '../net/budgets.ts'
import { Connections } from '../net/connections.ts'
import { PendingConnections, type EngineSocket } from '../net/pending-connections.ts'
import { clientAddress } from '../net/client-address.ts'
import type { OperationRunner } from '../operations/operation-runner.ts'
import { callerView } from '../views/access.ts'
import { RequestError, toWire } from '../errors/wire-problem.ts'
import type { RequestGuard } from '../net/request-guard.ts'
import type { TopicHub } from './topic-hub.ts'

export interface SocketGatewayDeps {
  /** This host's name. */
  readonly node: string
  readonly http: HttpServer
  readonly guard: RequestGuard
  readonly access: Authenticator
  readonly behindProxy: boolean
  readonly hub: TopicHub
  readonly runner: OperationRunner
  /** Undefined for a topic that does not exist (now). */
  readonly snapshotOf: (topic: TopicName) => (() => unknown) | undefined
  readonly log: Logger
}

interface SocketData {
  principal: Principal
  address: string
  /** Settles once the principal is the current one; never rejects. A call that comes meanwhile waits for it. */
  recheck: Promise<void>
}

type None = Record<string, never>
type Server4 = Server<ClientToServerEvents, ServerToClientEvents, None, SocketData>
type Socket4 = Socket<ClientToServerEvents, ServerToClientEvents, None, SocketData>

const MESSAGES_PER_SECOND = 100
const MESSAGES_PER_CALLER = 1_000
/** A client that has this much waiting gets no deltas until it has drained. */
const MAX_WAITING_PACKETS = 1_000
const MAX_WAITING_BYTES = 4 * 1_024 * 1_024
const DRAIN_CHECK_MS = 1_000
/** How often sockets are checked for sessions and tokens that have expired; a revocation reaches sockets at once. */
const RECHECK_MS = 30_000
/** How long `close` waits for answers that are being sent, and for browsers to close their connections. */
const GOODBYE_MS = 1_000
const MAX_TOPICS_PER_SOCKET = 32

const positionSchema = z.object({
  epoch: z.string().max(64).optional(),
  seq: z.number().int().nonnegative().optional(),
})
/** A pattern of topics has up to 256 characters. */
const topicSchema = z.string().min(1).max(264)

/** Socket.IO's side of the wire: topics out, operations in. Nothing that arrives is used before it is parsed. */
export class SocketGateway {
  readonly #io: Server4
  readonly #deps: SocketGatewayDeps
  /** Sockets that were too slow, with the topics they missed deltas of. */
  readonly #lagging = new Map<Socket4, Set<string>>()
  readonly #pending = new PendingConnections()
  readonly #connections: Connections
  /** Over all sockets of one caller. */
  readonly #byCaller = new Budgets(MESSAGES_PER_CALLER)
  readonly #drainTimer: NodeJS.Timeout
  readonly #recheckTimer: NodeJS.Timeout
  readonly #stopListening: Dispose

  constructor(deps: SocketGatewayDeps) {
    this.#deps = deps
    this.#connections = new Connections(deps.http)
    this.#io = new Server(deps.http, {
      serveClient: false,
      maxHttpBufferSize: MAX_SOCKET_BYTES,
      allowRequest: (request, decide) => {
        const address = clientAddress(request, deps.behindProxy)
        try {
          deps.guard.checkOrigin(request)
          this.#pending.check(address)
          decide(null, true)
        } catch (thrown) {
          const { code } = toWire(thrown)
          deps.access.refused(address, code)
          decide(code, false)
        }
      },
    })
    this.#io.engine.on('connection', (connection: EngineSocket) => {
      this.#pending.enter(connection, clientAddress(connection.request, deps.behindProxy))
    })
    this.#io.use((socket, next) => {
      this.#admit(socket).then(
        () => next(),
        (thrown: unknown) => next(Object.assign(new Error('refused'), { data: toWire(thrown) })),
      )
    })
    this.#io.on('connection', (socket) => this.#welcome(socket))
    this.#stopListening = deps.access.onDidChange((concerns) => void this.recheck(concerns))
    deps.hub.connect({
      hasListeners: (topic) => (this.#io.sockets.adapter.rooms.get(topic)?.size ?? 0) > 0,
      emit: (message) => this.#emit(message),
      resync: (topic) => this.#io.to(topic).emit('resync', topic),
    })
    this.#drainTimer = setInterval(() => this.#checkDrained(), DRAIN_CHECK_MS).unref()
    this.#recheckTimer = setInterval(() => void this.recheck(() => true), RECHECK_MS).unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#drainTimer)
    clearInterval(this.#recheckTimer)
    this.#stopListening()
    // This also closes the HTTP server, which waits for every connection, even for one that stays open or does not answer.
    const late = setTimeout(() => this.#connections.destroy(), GOODBYE_MS)
    await this.#io.close()
    clearTimeout(late)
  }

  /** How many are connected. */
  get count(): number {
    return this.#io.sockets.sockets.size
  }

  /**
   * Looks up the principals of connected sockets again. A socket whose session or token has ended is disconnected, and a role
   * that has changed applies to each call that arrives from now on.
   */
  async recheck(concerns: (principal: Principal) => boolean): Promise<void> {
    const sockets = [...this.#io.sockets.sockets.values()].filter(({ data }) => concerns(data.principal))
    for (const socket of sockets) socket.data.recheck = socket.data.recheck.then(() => this.#recheckOne(socket))
    await Promise.all(sockets.map(({ data }) => data.recheck))
  }

  async #recheckOne(socket: Socket4): Promise<void> {
    try {
      const principal = await this.#deps.access.find(socket.request.headers, tokenOf(socket))
      if (!principal) socket.disconnect(true)
      else this.#use(socket, principal)
    } catch (thrown) {
      // A store that does not answer is no reason to disconnect a socket.
      this.#deps.log.warn({ err: thrown }, 'the principal of a socket could not be looked up again')
    }
  }

  async #admit(socket: Socket4): Promise<void> {
    socket.data.recheck = Promise.resolve()
    socket.data.address = clientAddress(socket.request, this.#deps.behindProxy)
    checkProtocol(socket.handshake.auth.protocol)
    const { headers } = socket.request
    socket.data.principal = await this.#deps.access.identify(headers, socket.data.address, tokenOf(socket))
  }

  #use(socket: Socket4, principal: Principal): void {
    const hasChanged = socket.data.principal.role !== principal.role
    socket.data.principal = principal
    if (hasChanged) socket.emit('session', callerView(principal, this.#deps.node))
  }

  #welcome(socket: Socket4): void {
    this.#pending.admit(socket.conn)
    const budget = new RateLimit(MESSAGES_PER_SECOND, clock.now())
    // Before any handler: a packet need not even name an event.
    socket.use(([name, ...rest], next) => {
      const refuse = (error: RequestError): void => {
        const ack: unknown = rest.at(-1)
        if (typeof ack === 'function') ack({ ok: false, error: toWire(error) })
        next(error)
      }
      if (typeof name !== 'string') return refuse(new RequestError('MALFORMED', 'a message names its event'))
      if (!budget.take(clock.now())) return refuse(new RequestError('RATE_LIMITED', 'too many messages in this second'))
      try {
        this.#byCaller.take(socket.data.principal.actor)
      } catch (thrown) {
        return refuse(thrown as RequestError)
      }
      next()
    })
    socket.emit('session', callerView(socket.data.principal, this.#deps.node))
    socket.on('error', (error) => this.#deps.log.debug({ err: error }, 'a socket message was refused'))
    socket.on('disconnect', () => void this.#lagging.delete(socket))

    socket.on('subscribe', (topic, position, ack) =>
      this.#reply(socket, ack, () => this.#subscribe(socket, topic, position)),
    )
    socket.on('unsubscribe', (topic) => {
      if (typeof topic === 'string' && topic !== socket.id) void socket.leave(topic)
    })
    socket.on('call', (operation, input, ack) => {
      this.#reply(socket, ack, async () => {
        await socket.data.recheck
        if (!socket.connected) throw new RequestError('UNAUTHENTICATED', 'the session or the token has ended')
        const reply = await this.#deps.runner.run(operation, input, {
          ...socket.data.principal,
          via: 'socket',
          address: socket.data.address,
        })
        if (reply.ok) return reply.value
        throw new RequestError(reply.error.code, reply.error.message, reply.error.details)
      })
    })
  }

  #subscribe(socket: Socket4, rawTopic: unknown, rawPosition: unknown): SnapshotMessage | UnchangedMessage {
    const topic = topicSchema.parse(rawTopic) as TopicName
    const position = positionSchema.parse(rawPosition ?? {}) as Partial<Position>
    if (socket.rooms.size > MAX_TOPICS_PER_SOCKET && !socket.rooms.has(topic)) {
      throw new RequestError('RATE_LIMITED', `at most ${MAX_TOPICS_PER_SOCKET} topics at once`)
    }
    // A client can also wait for a plugin that is not loaded: the topic says when it is loaded.
    if (topic.startsWith('plugin:')) void socket.join(topic)
    const snapshot = this.#deps.snapshotOf(topic)
    if (!snapshot) throw unknownTopic(topic)
    this.#lagging.get(socket)?.delete(topic)
    const answer = this.#deps.hub.answer(topic, position, snapshot)
    void socket.join(topic)
    return answer
  }

  /** Answers what a handler returns or throws; a caller that wants no answer gets none. */
  #reply<T>(socket: Socket4, ack: unknown, handler: () => T | Promise<T>): void {
    // A client that asks and never reads the answers would fill the memory of the server.
    if (isBackedUp(socket)) return void socket.disconnect(true)
    const answer = (reply: Reply<T>): void => {
      if (typeof ack === 'function') (ack as (reply: Reply<T>) => void)(reply)
    }
    const refuse = (thrown: unknown): void => {
      const error = toWire(thrown)
      if (error.code === 'INTERNAL') this.#deps.log.error({ err: thrown }, 'a socket handler failed')
      answer({ ok: false, error })
    }
    Promise.resolve()
      .then(handler)
      // An answer that cannot be sent, such as one that is nested too deep, is refused like what it answers.
      .then((value) => answer({ ok: true, value }))
      .catch(refuse)
  }

  #emit(message: DeltaMessage): void {
    for (const id of this.#io.sockets.adapter.rooms.get(message.topic) ?? []) {
      const socket = this.#io.sockets.sockets.get(id)
      if (socket && isBackedUp(socket)) this.#setAside(socket, message.topic)
    }
    this.#io.to(message.topic).emit('delta', message)
  }

  #setAside(socket: Socket4, topic: string): void {
    void socket.leave(topic)
    const missed = this.#lagging.get(socket) ?? new Set<string>()
    this.#lagging.set(socket, missed.add(topic))
  }

  #checkDrained(): void {
    for (const [socket, topics] of this.#lagging) {
      if (isBackedUp(socket)) continue
      this.#lagging.delete(socket)
      for (const topic of topics) socket.emit('resync', topic)
    }
  }
}

/** The token that a program sends; a browser sends its cookie instead. */
function tokenOf({ handshake: { auth } }: Socket4): string | undefined {
  return typeof auth.token === 'string' ? auth.token : undefined
}

function isBackedUp({ conn }: Socket4): boolean {
  const { writeBuffer, transport } = conn as unknown as {
    writeBuffer: readonly { readonly data?: unknown }[]
    transport: { socket?: { bufferedAmount?: number } }
  }
  if (writeBuffer.length > MAX_WAITING_PACKETS) return true
  let waiting = transport.socket?.bufferedAmount ?? 0
  for (const { data } of writeBuffer) if (typeof data === 'string') waiting += data.length
  return waiting > MAX_WAITING_BYTES
}

/** A client that sends no version is not the board, and is accepted without this check. */
function checkProtocol(version: unknown): void {
  if (version === undefined || version === PROTOCOL_VERSION) return
  throw new RequestError('PROTOCOL_MISMATCH', `this server speaks version ${PROTOCOL_VERSION} of the protocol`)
}

function unknownTopic(topic: string): RequestError {
  const id = topic.startsWith('plugin:') ? topic.slice(topic.indexOf('/') + 1) : null
  if (id !== null) return new RequestError('PLUGIN_NOT_FOUND', `there is no plugin ${id}`, { id })
  return new RequestError('NOT_FOUND', `there is no topic ${topic.slice(0, 80)}`)
}
