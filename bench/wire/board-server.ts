// A child of the bench: the real gateway over a board of simulated rows. Says its port, then does as it is told.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { openGateway } from '../simulated-gateway.ts'
import { SimulatedBoard, TICK_MS } from '../simulated-board.ts'
import type { BoardCommand, BoardReport } from './board-messages.ts'

const board = new SimulatedBoard()
let timer: NodeJS.Timeout | undefined

const http = createServer().listen(0, '127.0.0.1')
await once(http, 'listening')
const { hub, gateway } = openGateway(http, { board: () => board.snapshot() })
say({ port: (http.address() as { port: number }).port, cpuMs: 0 })

let cpu = process.cpuUsage()
process.on('message', (command: BoardCommand) => {
  if (command.type === 'start') {
    cpu = process.cpuUsage()
    timer = setInterval(() => publish(command.sends), TICK_MS)
  } else if (command.type === 'stop') {
    clearInterval(timer)
    const { user, system } = process.cpuUsage(cpu)
    say({ port: 0, cpuMs: (user + system) / 1_000 })
  }
})
process.on('disconnect', () => void gateway.close().then(() => process.exit(0)))

function publish(sends: 'deltas' | 'lists'): void {
  const delta = board.advance()
  hub.publish('board', sends === 'deltas' ? delta : board.snapshot())
}

function say(report: BoardReport): void {
  process.send!(report)
}
