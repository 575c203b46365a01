import { clock, RateLimit } from '@plugboard/core'
import type { Socket } from 'socket.io'
import { RequestError } from '../errors/wire-problem.ts'

/** A connection of engine.io, before its principal is known. */
export type EngineSocket = Socket['conn']

/** A connection that does not authenticate is closed after this time. */
const STAY_MS = 10_000
/** A client needs fewer packets than this to authenticate. */
const PACKETS_WHILE_PENDING = 6
const MAX_WAITING = 5_000
const MAX_WAITING_PER_ADDRESS = 500
/** Of any kind: what a handler sees is counted there. */
const PACKETS_PER_SECOND = 300
/** Answers that the peer does not read. */
const MAX_UNREAD = 2_000

/** Closes the connection immediately and drops unsent data. A peer that is only asked to close may continue to send. */
function end(connection: EngineSocket): void {
  connection.close(true)
  connection.request.socket.destroy()
}

function unreadOf(connection: EngineSocket): number {
  return (connection as unknown as { writeBuffer: readonly unknown[] }).writeBuffer.length
}

/** Connections that have not authenticated yet: few at a time, for a short time, with small messages only. */
export class PendingConnections {
  readonly #waiting = new Map<EngineSocket, { readonly address: string; readonly timer: NodeJS.Timeout }>()

  /** Whether one more may come in. @throws RequestError `RATE_LIMITED` */
  check(address: string): void {
    const fromThere = [...this.#waiting.values()].filter((one) => one.address === address).length
    if (this.#waiting.size < MAX_WAITING && fromThere < MAX_WAITING_PER_ADDRESS) return
    throw new RequestError('RATE_LIMITED', 'too many connections that have not authenticated')
  }

  enter(connection: EngineSocket, address: string): void {
    const leave = (): void => this.admit(connection)
    const timer = setTimeout(() => end(connection), STAY_MS).unref()
    this.#waiting.set(connection, { address, timer })
    let packets = 0
    const limit = new RateLimit(PACKETS_PER_SECOND, clock.now())
    connection.on('packet', () => {
      packets += 1
      const tooMuch = this.#waiting.has(connection) ? packets > PACKETS_WHILE_PENDING : !limit.take(clock.now())
      if (tooMuch || unreadOf(connection) > MAX_UNREAD) end(connection)
    })
    connection.once('close', leave)
  }

  /** The connection has authenticated. */
  admit(connection: EngineSocket): void {
    clearTimeout(this.#waiting.get(connection)?.timer)
    this.#waiting.delete(connection)
  }
}
