import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Row } from '../row.ts'
import type { BoardCommand, BoardReport } from './board-messages.ts'

const DASHBOARDS = 1_000
/** The peer's lists would be a gigabyte a second for so many: its figures are of fewer, by the client. */
const DASHBOARDS_OF_LISTS = 50
const WARM_UP_MS = 2_000
const MEASURED_MS = 10_000
const CONNECT_AT_ONCE = 50

interface Measured {
  readonly kBPerSecond: number
  /** Of one processor, for 1,000 of them. */
  readonly cpuPercent: number
  readonly p95Ms: number
}

/** 1,000 dashboards on a board of 1,000 plugins, 20 % of whose rows change four times a second. */
export async function benchWire(): Promise<Row[]> {
  const ours = await measure('deltas', DASHBOARDS)
  const peer = await measure('lists', DASHBOARDS_OF_LISTS)
  const row = (bench: string, figure: keyof Measured, unit: string): Row => ({
    bench: `wire: ${bench}`,
    ours: ours[figure],
    peer: peer[figure],
    peerName: `the full list each time, to ${DASHBOARDS_OF_LISTS}`,
    unit,
    goal: null,
  })
  return [
    { ...row('to each of 1,000 dashboards', 'kBPerSecond', 'kB/s'), goal: { of: 'ours', is: 'at most', value: 25 } },
    row('server CPU for 1,000 dashboards', 'cpuPercent', '% of a core'),
    row('a delta’s way, p95', 'p95Ms', 'ms'),
  ]
}

async function measure(sends: 'deltas' | 'lists', dashboards: number): Promise<Measured> {
  const server = fork(join(import.meta.dirname, 'board-server.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning', '--conditions=@plugboard/source'],
  })
  try {
    const { port } = await report(server)
    const seen = { bytes: 0, delays: [] as number[] }
    const sockets: WebSocket[] = []
    for (let n = 0; n < dashboards; n += CONNECT_AT_ONCE) {
      const batch = Array.from({ length: Math.min(CONNECT_AT_ONCE, dashboards - n) }, () => openDashboard(port, seen))
      sockets.push(...(await Promise.all(batch)))
    }
    tell(server, { type: 'start', sends })
    await sleep(WARM_UP_MS)
    seen.bytes = 0
    seen.delays = []
    const begin = performance.now()
    await sleep(MEASURED_MS)
    const seconds = (performance.now() - begin) / 1_000
    const { bytes, delays } = seen
    tell(server, { type: 'stop' })
    const { cpuMs } = await report(server)
    for (const socket of sockets) socket.close()
    const cpuSeconds = (WARM_UP_MS + MEASURED_MS) / 1_000
    return {
      kBPerSecond: bytes / 1_000 / seconds / dashboards,
      cpuPercent: ((cpuMs / 1_000 / cpuSeconds) * 100 * DASHBOARDS) / dashboards,
      p95Ms: delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.95)] ?? Number.NaN,
    }
  } finally {
    server.disconnect()
    await once(server, 'exit')
  }
}

/** A board that reads: it speaks Socket.IO by hand, so that the bench measures the server and not a client. */
function openDashboard(port: number, seen: { bytes: number; delays: number[] }): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`)
  return new Promise((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('a dashboard could not connect')))
    socket.addEventListener('message', ({ data }) => {
      const text = String(data)
      seen.bytes += text.length
      if (text.startsWith('0')) socket.send('40{}')
      else if (text.startsWith('40')) socket.send('420["subscribe","board",{}]')
      else if (text.startsWith('430')) resolve(socket)
      else if (text === '2') socket.send('3')
      else if (text.startsWith('42["delta"'))
        seen.delays.push(Date.now() - Number(/"now":(\d+)/.exec(text.slice(0, 200))![1]))
    })
  })
}

async function report(server: ChildProcess): Promise<BoardReport> {
  const [message] = (await once(server, 'message')) as [BoardReport]
  return message
}

function tell(server: ChildProcess, command: BoardCommand): void {
  server.send(command)
}
