import { PluginManager } from '@plugboard/core'
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from '../row.ts'

const PLUGIN = join(import.meta.dirname, 'counter.mjs')
const EVENT = { type: 'performance.update', metric: 'system.cpu.utilization', value: 0.5 } as const
/** How far a publisher runs ahead before it lets the mailbox drain. */
const AHEAD = 8_000
const IN_FLIGHT = 256
const ROUND_TRIPS = 500

type Isolation = 'inline' | 'process'

/** Events per second through one plugin, with all accounting, beside what Node offers without any. */
export async function benchDispatch(events: number): Promise<Row[]> {
  const emitter = await emitThrough(events * 10)
  const ipc = await sendOneByOne(Math.min(events, 50_000))
  const [inline, guest] = [await withPlugin('inline'), await withPlugin('process')]
  try {
    const emit = { peer: emitter, peerName: 'raw EventEmitter', unit: 'events/s' }
    const oneByOne = { peer: ipc.perSecond, peerName: 'raw IPC, one message per event', unit: 'events/s' }
    const trip = { peer: ipc.roundTripUs, peerName: 'raw IPC round trip', unit: 'µs' }
    return [
      { bench: 'inline, publish', ours: await publishAll(inline.manager, events), ...emit },
      { bench: 'process, publish', ours: await publishAll(guest.manager, events), ...oneByOne },
      {
        bench: `process, await broadcastEvent, ${IN_FLIGHT} in flight`,
        ours: await broadcastAll(guest.manager, events),
        ...oneByOne,
      },
      { bench: 'process, round trip of one event, idle', ours: await roundTripUs(guest.manager), ...trip },
    ]
  } finally {
    await inline.close()
    await guest.close()
  }
}

async function withPlugin(isolation: Isolation): Promise<{ manager: PluginManager; close: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-bench-'))
  const manager = new PluginManager('bench', { dataDir, inlinePlugins: ['counter'] })
  await manager.loadPlugin(PLUGIN, { isolation })
  await publishAll(manager, 20_000)
  const close = async (): Promise<void> => {
    await manager.close()
    await rm(dataDir, { recursive: true })
  }
  return { manager, close }
}

async function publishAll(manager: PluginManager, events: number): Promise<number> {
  const { eventBus } = manager.context
  const handled = (): number => manager.getPluginStats().totalEventsProcessed
  const target = handled() + events
  const begin = performance.now()
  for (let n = 0; n < events; n += 1) {
    eventBus.publish(EVENT)
    if (n % 1_000 === 999) while (n - (handled() - (target - events)) > AHEAD) await nextTurn()
  }
  while (handled() < target) await nextTurn()
  return perSecond(events, begin)
}

async function broadcastAll(manager: PluginManager, events: number): Promise<number> {
  const begin = performance.now()
  let left = events
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await manager.broadcastEvent(EVENT)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  return perSecond(events, begin)
}

async function roundTripUs(manager: PluginManager): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < ROUND_TRIPS; n += 1) {
    const begin = performance.now()
    await manager.broadcastEvent(EVENT)
    times.push(performance.now() - begin)
  }
  return median(times) * 1_000
}

async function emitThrough(events: number): Promise<number> {
  const emitter = new EventEmitter()
  let count = 0
  emitter.on('event', () => (count += 1))
  const begin = performance.now()
  for (let n = 0; n < events; n += 1) emitter.emit('event', { ...EVENT, id: String(n) })
  return perSecond(count, begin)
}

async function sendOneByOne(events: number): Promise<{ perSecond: number; roundTripUs: number }> {
  const child = fork(join(import.meta.dirname, 'ipc-child.mjs'), { execArgv: [] })
  let answered = 0
  let onAnswer: () => void = () => {}
  child.on('message', () => {
    answered += 1
    onAnswer()
  })
  const trip = (): Promise<void> =>
    new Promise((resolve) => {
      onAnswer = resolve
      child.send({ ...EVENT, id: '0' })
    })
  const times: number[] = []
  for (let n = 0; n < ROUND_TRIPS; n += 1) {
    const begin = performance.now()
    await trip()
    times.push(performance.now() - begin)
  }

  answered = 0
  const all = new Promise<void>((resolve) => (onAnswer = () => answered === events && resolve()))
  const begin = performance.now()
  for (let n = 0; n < events; n += 1) {
    child.send({ ...EVENT, id: String(n) })
    if (n % 1_000 === 999) while (n - answered > AHEAD) await nextTurn()
  }
  await all
  const rate = perSecond(events, begin)
  child.kill()
  return { perSecond: rate, roundTripUs: median(times) * 1_000 }
}

function perSecond(events: number, begin: number): number {
  return (events / (performance.now() - begin)) * 1_000
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
