import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** All connections of an HTTP server. The server cannot close upgraded ones, but waits for them when it closes. */
export class Connections {
  readonly #open = new Set<Socket>()

  constructor(http: Server) {
    http.on('connection', (socket: Socket) => {
      this.#open.add(socket)
      socket.once('close', () => this.#open.delete(socket))
    })
  }

  destroy(): void {
    for (const socket of this.#open) socket.destroy()
  }
}
