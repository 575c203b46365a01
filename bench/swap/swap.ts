import { PluginManager } from '@plugboard/core'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { reloadGaps } from '../peers/pm2.ts'
import type { Row } from '../row.ts'

const EVENTS_PER_SECOND = 50_000
const STATE_BYTES = 1_048_576
/** Each needs the one before it. */
const CHAIN = ['first', 'second', 'third'] as const
const UPDATES = 100
const RESTARTS = 12
const WAYS_BACK = 50
/** Between two updates: what waited is handled by then. */
const PAUSE_MS = 150

interface Followed {
  readonly next: number
  readonly lost: number
  readonly twice: number
  readonly disordered: number
  /** In milliseconds, one for each change of versions. */
  readonly gaps: readonly number[]
  /** When the version that runs handled its first event, in epoch milliseconds. */
  readonly begunAt: number
}

/** How long no event is handled while one version takes over from another, under load, and whether any is lost. */
export async function benchSwap(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-bench-'))
  try {
    const swaps = await follow(folder, 'swap', UPDATES)
    const restarts = await follow(folder, 'restart', RESTARTS)
    const ways = await goBack(folder)
    const reloads = await reloadGaps(folder)
    const sum = (of: 'lost' | 'twice' | 'disordered'): number => swaps.reduce((total, one) => total + one[of], 0)
    const [ours, stops] = [swaps, restarts].map((all) => all.flatMap(({ gaps }) => gaps))
    const zero = { peer: null, peerName: null, unit: 'events', goal: { of: 'ours', is: 'at most', value: 0 } } as const
    const under = `${UPDATES} updates of 3 plugins, 1 MB of state, ${EVENTS_PER_SECOND} events/s`
    const gap = (what: string, quantile: number, goal: Row['goal'] = null): Row[] => [
      {
        bench: `gap, ${what}`,
        ours: quantileOf(ours!, quantile),
        peer: quantileOf(stops!, quantile),
        peerName: 'stop, then start',
        unit: 'ms',
        goal,
      },
      {
        bench: `gap, ${what}`,
        ours: quantileOf(ours!, quantile),
        peer: quantileOf(reloads, quantile),
        peerName: 'pm2 reload, no state',
        unit: 'ms',
        goal: null,
      },
    ]
    return [
      { bench: `lost: ${under}`, ours: sum('lost'), ...zero },
      { bench: `twice: ${under}`, ours: sum('twice'), ...zero },
      { bench: `out of order: ${under}`, ours: sum('disordered'), ...zero },
      ...gap('p50', 0.5),
      ...gap('p99', 0.99, { of: 'ours', is: 'at most', value: 10 }),
      ...gap('longest', 1),
      {
        bench: 'way back by hand, p99, from the verdict to the first event',
        ours: quantileOf(ways, 0.99),
        peer: null,
        peerName: null,
        unit: 'ms',
        goal: { of: 'ours', is: 'at most', value: 100 },
      },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Updates the plugins of the chain in turn while numbered events are published. @returns what each of them saw */
async function follow(folder: string, strategy: 'swap' | 'restart', updates: number): Promise<Followed[]> {
  const manager = await loadChain(folder, { name: strategy, byFile: strategy === 'restart' })
  const stop = publishNumbers(manager)
  await sleep(1_000)
  for (let n = 1; n <= updates; n += 1) {
    const index = n % CHAIN.length
    const id = CHAIN[index]!
    const path = await writeVersion(folder, id, { version: `1.0.${n}`, needs: CHAIN[index - 1] })
    await manager.updatePlugin(id, { path, strategy, watchMs: 0 })
    await sleep(PAUSE_MS)
  }
  stop()
  await drained(manager)
  const seen = await Promise.all(CHAIN.map((id) => manager.getPluginStatus(id)))
  await manager.close()
  return seen as unknown as Followed[]
}

/** Updates a plugin of the chain and takes that back. @returns the milliseconds from the verdict to the first event, for each */
async function goBack(folder: string): Promise<number[]> {
  const manager = await loadChain(folder, { name: 'back', byFile: false })
  const stop = publishNumbers(manager)
  await sleep(1_000)
  const path = await writeVersion(folder, 'third', { version: '1.1.0', needs: 'second' })
  const times: number[] = []
  for (let n = 0; n < WAYS_BACK; n += 1) {
    await manager.updatePlugin('third', { path })
    await sleep(PAUSE_MS)
    const verdictAt = performance.timeOrigin + performance.now()
    await manager.settleUpdate('third', 'bad')
    await sleep(PAUSE_MS)
    const { begunAt } = (await manager.getPluginStatus('third')) as unknown as Followed
    times.push(begunAt - verdictAt)
  }
  stop()
  await manager.close()
  return times
}

/** Three plugins, each of which needs the one before it, with a state of 1 MB each. */
async function loadChain(
  folder: string,
  { name, byFile }: { readonly name: string; readonly byFile: boolean },
): Promise<PluginManager> {
  const manager = new PluginManager('bench', {
    dataDir: join(folder, name),
    mailboxCapacity: 1_000_000,
    totalMailboxBytes: 1_073_741_824,
  })
  for (const [index, id] of CHAIN.entries()) {
    const path = await writeVersion(folder, id, { version: '1.0.0', needs: CHAIN[index - 1] })
    const config = { stateBytes: STATE_BYTES, byFile }
    await manager.loadPlugin(path, { config, limits: { mailboxCapacity: 1_000_000, mailboxBytes: 268_435_456 } })
  }
  return manager
}

async function writeVersion(
  folder: string,
  id: string,
  { version, needs }: { readonly version: string; readonly needs: string | undefined },
): Promise<string> {
  const path = join(folder, `${id}-${version}`)
  await mkdir(path, { recursive: true })
  await writeFile(join(path, 'index.mjs'), await readFile(new URL('numbered.mjs', import.meta.url)))
  const dependencies = needs === undefined ? {} : { [needs]: '^1.0.0' }
  const manifest = { id, version, entryPoint: 'index.mjs', events: ['number'], dependencies }
  await writeFile(join(path, 'plugin.json'), JSON.stringify(manifest))
  return path
}

/** Keeps its rate over time, also where a timer is late. @returns what stops it */
function publishNumbers(manager: PluginManager): () => void {
  const begin = performance.now()
  let published = 0
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - begin) * EVENTS_PER_SECOND) / 1_000)
    for (; published < due; published += 1) manager.context.eventBus.publish({ type: 'number', data: published })
  }, 1)
  return () => clearInterval(timer)
}

async function drained(manager: PluginManager): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (manager.getAllPlugins().every(({ stats }) => stats.mailboxDepth + stats.inFlight === 0)) return
    await sleep(50)
  }
  throw new Error('the events were not handled within 30 s')
}

/** By nearest rank: the p99 of 100 values is the 99th. */
function quantileOf(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? NaN
}
