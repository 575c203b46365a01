// A child of the bench: the real gateway over a board of simulated rows. Says its port, then does as it is told.
import { BOARD_COLUMNS, diffRows, encodeRow, type BoardRow, type Handle } from '@plugboard/protocol'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { RequestGuard } from '../../apps/server/src/gateway/request-guard.ts'
import { SocketGateway } from '../../apps/server/src/gateway/socket-gateway.ts'
import { TopicHub } from '../../apps/server/src/gateway/topic-hub.ts'
import type { BoardCommand, BoardReport } from './board-messages.ts'

const ROWS = 1_000
const CHANGED_SHARE = 0.2
const TICK_MS = 250
/** Figures are sampled once a second; counters are read at every tick. */
const TICKS_PER_SAMPLE = 4

const totals = {
  manager: {
    totalPlugins: ROWS,
    activePlugins: ROWS,
    errorPlugins: 0,
    loadedPluginTypes: { Custom: ROWS },
    totalEventsProcessed: 0,
    totalErrors: 0,
    totalMemoryUsage: 0,
  },
  bus: { totalPublished: 0, totalSubscribers: ROWS, eventsByType: {} },
  storeTrouble: null,
}

let rows: ReadonlyMap<Handle, BoardRow> = new Map(Array.from({ length: ROWS }, (_, n) => [n + 1, firstRow(n)]))
let tick = 0
let timer: NodeJS.Timeout | undefined

const hub = new TopicHub()
const http = createServer().listen(0, '127.0.0.1')
await once(http, 'listening')
const viewer = { actor: 'bench', role: 'viewer', account: null, tokenId: null } as const
const gateway = new SocketGateway({
  http,
  guard: new RequestGuard({ origins: [], isTls: false }),
  access: { identify: async () => viewer } as never,
  behindProxy: false,
  hub,
  runner: { run: async () => ({ ok: true, value: null }) } as never,
  log: { debug: () => {}, error: () => {} } as never,
  snapshotOf: () => () => snapshot(),
})
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
  const next = change(rows)
  const delta = diffRows(rows, next)
  rows = next
  hub.publish('board', sends === 'deltas' ? delta : snapshot())
}

function change(before: ReadonlyMap<Handle, BoardRow>): ReadonlyMap<Handle, BoardRow> {
  tick += 1
  const isSample = tick % TICKS_PER_SAMPLE === 0
  return new Map(
    [...before].map(([handle, row]) => [handle, Math.random() < CHANGED_SHARE ? changed(row, isSample) : row]),
  )
}

function changed(row: BoardRow, isSample: boolean): BoardRow {
  const counters = {
    eventsProcessed: row.eventsProcessed + Math.floor(Math.random() * 400),
    lastActivity: Date.now(),
  }
  if (!isSample) return { ...row, ...counters }
  return {
    ...row,
    ...counters,
    eventsPerSecond: Math.round(Math.random() * 2_000),
    memoryBytes: row.memoryBytes! + 4_096 * Math.floor(Math.random() * 64 - 32),
    cpuPercent: Number((Math.random() * 20).toPrecision(3)),
    p95Ms: Number((Math.random() * 5).toPrecision(3)),
    mailboxDepth: Math.floor(Math.random() * 20),
  }
}

function firstRow(n: number): BoardRow {
  const now = Date.now()
  const values: Partial<BoardRow> = {
    id: `plugin-${n}`,
    name: `Simulated plugin ${n}`,
    version: '1.0.0',
    pluginType: 'Custom',
    isolation: 'process',
    state: 'active',
    enabled: true,
    activeSince: now,
    isHealthy: true,
    errorRate: 0,
    eventsProcessed: 100_000 + n,
    errorCount: 0,
    eventsPerSecond: 100,
    memoryBytes: 20_000_000,
    cpuPercent: 1,
    p95Ms: 1,
    mailboxDepth: 0,
    lastActivity: now,
  }
  return Object.fromEntries(BOARD_COLUMNS.map((column) => [column, values[column] ?? null])) as unknown as BoardRow
}

function snapshot(): unknown {
  return { columns: [...BOARD_COLUMNS], rows: [...rows].map(([handle, row]) => encodeRow(handle, row)), ...totals }
}

function say(report: BoardReport): void {
  process.send!(report)
}
