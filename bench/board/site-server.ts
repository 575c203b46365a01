// A child of the bench: the exported dashboard, the real gateway, and 1,000 simulated plugins that change four times a second.
import { LIVE_SECONDS, type BoardDelta, type Overview, type Point } from '@plugboard/protocol'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { extname, join, normalize } from 'node:path'
import basePathMark from '../../apps/dashboard/base-path.json' with { type: 'json' }
import { openGateway } from '../simulated-gateway.ts'
import { SimulatedBoard, TICK_MS } from '../simulated-board.ts'
import { PEER_PAGE } from './peer-page.ts'

const SITE = join(import.meta.dirname, '../../apps/dashboard/out')
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.txt': 'text/plain',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
}
const TICKS_PER_SECOND = 1_000 / TICK_MS
const TOPICS = ['performance.update', 'vm.started', 'orders.placed', 'orders.paid', 'stock.changed', 'mail.sent']

const board = new SimulatedBoard()
const http = createServer(({ url = '/' }, response) => serve(url.split('?')[0]!, response)).listen(0, '127.0.0.1')
await once(http, 'listening')
const { hub, gateway } = openGateway(
  http,
  {
    board: () => board.snapshot(),
    // For the peer: what a board without deltas would send.
    lists: () => board.snapshot(),
    overview: () => overview(),
    incidents: () => [],
    'events:**': () => ({ events: [], skipped: 0 }),
  },
  { 'plugins.sparklines': ({ ids }: { ids: string[] }) => Object.fromEntries(ids.map((id) => [id, past(60)])) },
)
let tick = 0
const timer = setInterval(() => {
  tick += 1
  const delta: BoardDelta = board.advance()
  hub.publish('board', delta)
  if (hub.hasListeners('lists')) hub.publish('lists', board.snapshot())
  if (tick % TICKS_PER_SECOND === 0)
    hub.publish('overview', {
      manager: managerPoint(),
      topics: topicPoint(),
      memory: memoryPoint(),
      losses: lossPoint(),
    })
}, TICK_MS)
process.send!({ port: (http.address() as { port: number }).port })
process.on('disconnect', () => {
  clearInterval(timer)
  void gateway.close().then(() => process.exit(0))
})

function serve(path: string, response: ServerResponse): void {
  if (path === '/peer') return void response.setHeader('content-type', 'text/html').end(PEER_PAGE)
  const file = join(SITE, normalize(path === '/' ? '/index.html' : extname(path) === '' ? `${path}.html` : path))
  if (!file.startsWith(SITE) || !existsSync(file)) return void response.writeHead(404).end()
  const type = TYPES[extname(file)] ?? 'application/octet-stream'
  response.setHeader('content-type', type)
  if (!isText(type)) return void createReadStream(file).pipe(response)
  // As the server does: without it no script would be found, and an empty page is fast.
  response.end(readFileSync(file, 'utf8').replaceAll(basePathMark.mark, ''))
}

function isText(type: string): boolean {
  return type.startsWith('text/') || type.endsWith('json')
}

function overview(): Overview {
  const now = Date.now()
  const at = Array.from({ length: LIVE_SECONDS }, (_, index) => now - (LIVE_SECONDS - index) * 1_000)
  const column = (): number[] => past(LIVE_SECONDS)
  return {
    manager: {
      at,
      values: {
        eventsPerSecond: column(),
        errorsPerSecond: column(),
        errorRate60s: at.map(() => 0.01),
        memoryBytes: column(),
      },
    },
    topics: { at, values: Object.fromEntries(TOPICS.map((topic) => [topic, column()])) },
    memory: { at, values: Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`plugin-${n}`, column()])) },
    losses: { at, values: { 'plugin-0 dropped': column(), 'plugin-1 discarded': column() } },
    states: {},
  }
}

function managerPoint(): Point {
  return {
    at: Date.now(),
    values: { eventsPerSecond: some(), errorsPerSecond: some(), errorRate60s: 0.01, memoryBytes: some() },
  }
}

function lossPoint(): Point {
  return { at: Date.now(), values: { 'plugin-0 dropped': some(), 'plugin-1 discarded': some() } }
}

function topicPoint(): Point {
  return { at: Date.now(), values: Object.fromEntries(TOPICS.map((topic) => [topic, some()])) }
}

function memoryPoint(): Point {
  return { at: Date.now(), values: Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`plugin-${n}`, some()])) }
}

function past(seconds: number): number[] {
  return Array.from({ length: seconds }, some)
}

function some(): number {
  return Math.round(Math.random() * 1_000)
}
