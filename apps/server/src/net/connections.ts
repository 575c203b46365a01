import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Every connection of an HTTP server. Of one that was upgraded the server itself knows nothing, but waits for its end. */
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
