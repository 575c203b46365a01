import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { findBrowser } from '../../scripts/browser.mjs'
import type { Row } from '../row.ts'

/** Until caches are full: what comes after that is growth. */
const WARM_UP_MS = 20_000
const MEASURED_MS = 60_000
/** The peer's page is over what it can bear at once: it needs no minute to show it. */
const PEER_MEASURED_MS = 15_000
const SCROLL_STEP_PX = 240

interface Measured {
  readonly longTasks: number
  readonly longestMs: number
  readonly framesPerSecond: number
  /** Growth of what the page holds after garbage collection, in MB a minute. */
  readonly heapGrowthMB: number
  readonly kBPerSecond: number
}

/** The dashboard in a real browser on a board of 1,000 plugins, 20 % of whose rows change four times a second. */
export async function benchBoard(): Promise<Row[]> {
  const server = fork(join(import.meta.dirname, 'site-server.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning', '--conditions=@plugboard/source'],
  })
  const [{ port }] = (await once(server, 'message')) as [{ port: number }]
  const browser = await chromium.launch({
    executablePath: await findBrowser(),
    args: ['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
  try {
    const url = `http://127.0.0.1:${port}`
    const table = await measure(browser, `${url}/plugins`, { durationMs: MEASURED_MS, scrolls: true })
    const charts = await measure(browser, `${url}/`, { durationMs: MEASURED_MS, scrolls: false })
    const peer = await measure(browser, `${url}/peer`, { durationMs: PEER_MEASURED_MS, scrolls: true })
    return [...rowsOf('plugins, scrolling', table, peer), ...rowsOf('overview', charts, peer)]
  } finally {
    await browser.close()
    if (server.connected) server.disconnect()
  }
}

function rowsOf(page: string, ours: Measured, peer: Measured): Row[] {
  const row = (figure: keyof Measured, bench: string, unit: string): Omit<Row, 'goal'> => ({
    bench: `board: ${page}, ${bench}`,
    ours: ours[figure],
    peer: peer[figure],
    peerName: 'all rows drawn from full lists',
    unit,
  })
  return [
    { ...row('longTasks', 'tasks over 50 ms', 'a minute'), goal: { of: 'ours', is: 'at most', value: 0 } },
    { ...row('longestMs', 'the longest of them', 'ms'), goal: null },
    { ...row('framesPerSecond', 'frames', '/s'), goal: { of: 'ours', is: 'at least', value: 50 } },
    { ...row('heapGrowthMB', 'growth of the heap', 'MB/min'), goal: { of: 'ours', is: 'at most', value: 1 } },
    { ...row('kBPerSecond', 'received', 'kB/s'), goal: { of: 'ours', is: 'at most', value: 40 } },
  ]
}

async function measure(
  browser: Browser,
  url: string,
  { durationMs, scrolls }: { readonly durationMs: number; readonly scrolls: boolean },
): Promise<Measured> {
  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } })
  const devtools = await page.context().newCDPSession(page)
  let bytes = 0
  await devtools.send('Network.enable')
  devtools.on('Network.webSocketFrameReceived', ({ response }) => (bytes += response.payloadData.length))
  await page.goto(url)
  await page.waitForTimeout(WARM_UP_MS)
  // A page that shows nothing would have the best figures of all.
  if (bytes === 0) throw new Error(`${url} receives nothing: it is not the board that would be measured`)
  await page.evaluate(WATCH_FRAMES)
  bytes = 0
  const begin = performance.now()
  await stay(page, begin + durationMs, scrolls)
  const seconds = (performance.now() - begin) / 1_000
  const received = bytes
  const { frames, tasks } = await page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen)
  // Measure the heap in a separate period: a heap snapshot stops the page and discards compiled code, which then has to
  // be compiled again.
  const heldBefore = await heldBytes(devtools)
  const heldFrom = performance.now()
  await stay(page, heldFrom + durationMs, scrolls)
  const heldMinutes = (performance.now() - heldFrom) / 60_000
  const heldAfter = await heldBytes(devtools)
  await page.close()
  return {
    longTasks: (tasks.length / seconds) * 60,
    longestMs: Math.max(0, ...tasks),
    framesPerSecond: frames / seconds,
    heapGrowthMB: (heldAfter - heldBefore) / 1e6 / heldMinutes,
    kBPerSecond: received / 1_000 / seconds,
  }
}

interface Seen {
  frames: number
  readonly tasks: number[]
}

/** Runs in the page: counts frames, and tasks that hold it up for more than 50 ms. Text, since it knows a browser's names. */
const WATCH_FRAMES = `
  globalThis.seen = { frames: 0, tasks: [] }
  const count = () => { seen.frames += 1; requestAnimationFrame(count) }
  requestAnimationFrame(count)
  new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
`

/** Looks, and walks up and down the list all the while. */
async function stay(page: Page, until: number, scrolls: boolean): Promise<void> {
  if (scrolls) await page.mouse.move(720, 450)
  for (let step = 0; performance.now() < until; step += 1) {
    if (scrolls) await page.mouse.wheel(0, step % 80 < 40 ? SCROLL_STEP_PX : -SCROLL_STEP_PX)
    await page.waitForTimeout(200)
  }
}

interface HeapSnapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: string[]; readonly node_types: [string[]] } }
  readonly nodes: readonly number[]
}

/** What the page holds after garbage collection, in bytes; code aside: V8 goes on compiling for minutes. */
async function heldBytes(devtools: CDPSession): Promise<number> {
  const chunks: string[] = []
  const take = ({ chunk }: { readonly chunk: string }): void => void chunks.push(chunk)
  devtools.on('HeapProfiler.addHeapSnapshotChunk', take)
  await devtools.send('HeapProfiler.collectGarbage')
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  devtools.off('HeapProfiler.addHeapSnapshotChunk', take)
  const { snapshot, nodes } = JSON.parse(chunks.join('')) as HeapSnapshot
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [type, size, code] = [fields.indexOf('type'), fields.indexOf('self_size'), types[0].indexOf('code')]
  let held = 0
  for (let at = 0; at < nodes.length; at += fields.length) if (nodes[at + type] !== code) held += nodes[at + size]!
  return held
}
