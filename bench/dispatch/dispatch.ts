import { PluginManager, type BroadcastOutcome } from '@plugboard/core'
import { ServiceBroker } from 'moleculer'
import { EventEmitter } from 'node:events'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Piscina } from 'piscina'
import { EVENT, stamped } from '../event.ts'
import { inFlight, oneByOneUs, perSecond, sideBySide } from '../measure.ts'
import { IpcPeer } from '../peers/ipc.ts'
import { placed } from '../placement.ts'
import type { Goal, Row } from '../row.ts'

const COUNTER = join(import.meta.dirname, '../counter.mjs')
const PUBLISHER = join(import.meta.dirname, '../publisher.mjs')
const GO = 'bench.go'
/** How far a publisher runs ahead before it lets the mailbox drain. */
const AHEAD = 8_000
const MARK_EVERY = 1_000
const IN_FLIGHT = 256
const ROUND_TRIPS = 2_000
const FAN_OUT = 10
const unit = 'events/s'

/** Events per second through plugins, with all accounting, beside what people use today. */
export async function benchDispatch(events: number): Promise<Row[]> {
  return [
    ...(await inline(events)),
    ...(await oneGuest(events)),
    ...(await upward(events)),
    ...(await tenGuests(events)),
  ]
}

async function inline(events: number): Promise<Row[]> {
  await using ours = await Bench.start({ isolation: 'inline' })
  const broker = new ServiceBroker({ logger: false, metrics: { enabled: true, reporter: [] } })
  let count = 0
  broker.createService({ name: 'counter', events: { 'performance.update': () => void (count += 1) } })
  await broker.start()
  const emitter = new EventEmitter().on('event', () => (count += 1))
  try {
    const moleculer = await sideBySide(
      () => ours.publish(events),
      () => inFlight(Math.ceil(events / 5), IN_FLIGHT, () => broker.emit('performance.update', EVENT)),
    )
    const raw = await sideBySide(
      () => ours.publish(events),
      async () => {
        const begin = performance.now()
        for (let n = 0; n < events; n += 1) emitter.emit('event', stamped(n))
        return perSecond(events, begin)
      },
    )
    return [
      {
        bench: 'inline, publish',
        unit,
        ...moleculer,
        peerName: 'Moleculer, local emit, metrics on',
        goal: atLeast(10),
      },
      { bench: 'inline, publish', unit, ...raw, peerName: 'EventEmitter, nothing else', goal: null },
    ]
  } finally {
    await broker.stop()
  }
}

async function oneGuest(events: number): Promise<Row[]> {
  await using ours = await Bench.start({ isolation: 'process' })
  const pool = new Piscina({
    filename: join(import.meta.dirname, '../peers/piscina-worker.mjs'),
    minThreads: 1,
    concurrentTasksPerWorker: IN_FLIGHT,
    maxThreads: 1,
  })
  const child = new IpcPeer()
  const few = Math.ceil(events / 5)
  try {
    const publish = await sideBySide(
      () => ours.publish(events),
      () => inFlight(few, AHEAD, () => pool.run(EVENT)),
    )
    const broadcast = await sideBySide(
      () => ours.broadcast(few),
      () => inFlight(few, IN_FLIGHT, () => pool.run(EVENT)),
    )
    const batches = await sideBySide(
      () => ours.publish(events),
      () => child.sendBatches(events),
      5,
    )
    const pids = [ours.manager.getPlugin('counter-0')!.pid!, ...child.pids]
    const trip = (core: number): Promise<{ ours: number; peer: number }> =>
      placed(pids, core, () =>
        sideBySide(
          () => oneByOneUs(ROUND_TRIPS, () => ours.manager.broadcastEvent(EVENT)),
          () => oneByOneUs(ROUND_TRIPS, () => child.roundTrip()),
          5,
        ),
      )
    const [onOneCore, onTwoCores] = [await trip(0), await trip(1)]
    const broadcasts = `process, await broadcastEvent, ${IN_FLIGHT} in flight`
    const tripRow = (cores: string): Pick<Row, 'bench' | 'unit' | 'peerName' | 'goal'> => ({
      bench: `process, round trip of one event, ${cores}`,
      unit: 'µs',
      peerName: 'bare child',
      goal: { of: 'ratio', is: 'at most', value: 5 },
    })
    return [
      { bench: 'process, publish', unit, ...publish, peerName: 'piscina, 1 worker', goal: atLeast(12) },
      { bench: broadcasts, unit, ...broadcast, peerName: `piscina, ${IN_FLIGHT} in flight`, goal: atLeast(3) },
      { bench: 'process, publish', unit, ...batches, peerName: 'bare child, batches of 256', goal: atLeast(0.6) },
      { ...tripRow('on one core'), ...onOneCore },
      { ...tripRow('on two cores'), ...onTwoCores },
    ]
  } finally {
    child.close()
    await pool.destroy()
  }
}

/** The way up beside the way down: events that a plugin publishes, beside those that the host publishes. */
async function upward(events: number): Promise<Row[]> {
  await using up = await Bench.start({ isolation: 'process', plugins: 0 })
  await using down = await Bench.start({ isolation: 'process' })
  await up.loadPublisher()
  const rates = await sideBySide(
    () => up.publishUp(events),
    () => down.publish(events),
  )
  const peerName = 'process, publish (by the host)'
  return [{ bench: 'process, publish from a plugin', unit, ...rates, peerName, goal: atLeast(0.5) }]
}

async function tenGuests(events: number): Promise<Row[]> {
  await using ours = await Bench.start({ isolation: 'process', plugins: FAN_OUT })
  const children = new IpcPeer(FAN_OUT)
  try {
    const fan = await sideBySide(
      async () => FAN_OUT * (await ours.publish(events)),
      () => children.sendAll(Math.ceil(events / 30)),
    )
    const bench = `one event to ${FAN_OUT} process plugins`
    const peerName = `child.send to ${FAN_OUT} children`
    return [{ bench, unit: 'deliveries/s', ...fan, peerName, goal: atLeast(15) }]
  } finally {
    children.close()
  }
}

function atLeast(value: number): Goal {
  return { of: 'ratio', is: 'at least', value }
}

/** A manager with counting plugins, and a folder of its own. */
class Bench implements AsyncDisposable {
  readonly manager: PluginManager
  readonly #folder: string

  private constructor(manager: PluginManager, folder: string) {
    this.manager = manager
    this.#folder = folder
  }

  static async start({
    isolation,
    plugins = 1,
  }: {
    isolation: 'inline' | 'process'
    plugins?: number
  }): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'plugboard-bench-'))
    const ids = Array.from({ length: plugins }, (_, n) => `counter-${n}`)
    const manager = new PluginManager('bench', {
      dataDir: join(folder, 'data'),
      inlinePlugins: ids,
      publishesPerSecond: 1e9,
      deadlines: { handleEventMs: 60_000 },
    })
    for (const id of ids) {
      await copyFile(COUNTER, join(folder, `${id}.mjs`))
      await manager.loadPlugin(join(folder, `${id}.mjs`), { isolation })
    }
    const bench = new Bench(manager, folder)
    await bench.publish(20_000)
    return bench
  }

  /**
   * Publishes so many events and waits until each plugin has handled them all; returns events per second. Every
   * thousandth is a broadcast: its outcome is the back-pressure.
   * @throws Error when an event was dropped
   */
  async publish(events: number): Promise<number> {
    const { eventBus } = this.manager.context
    const marks: Promise<BroadcastOutcome>[] = []
    const begin = performance.now()
    for (let n = 1; n <= events; n += 1) {
      if (n % MARK_EVERY !== 0 && n !== events) {
        eventBus.publish(EVENT)
        continue
      }
      marks.push(this.manager.broadcastEvent(EVENT))
      if (marks.length > AHEAD / MARK_EVERY) await marks.shift()
    }
    const outcomes = await Promise.all(marks)
    const rate = perSecond(events, begin)
    if (outcomes.some(({ dropped }) => dropped > 0)) throw new Error('the publisher ran too far ahead')
    return rate
  }

  /** A plugin whose events no other plugin wants: what is measured is the way to the bus. */
  async loadPublisher(): Promise<void> {
    await copyFile(PUBLISHER, join(this.#folder, 'publisher.mjs'))
    const metadata = { id: 'publisher', version: '1.0.0', entryPoint: 'publisher.mjs', events: [GO] }
    await writeFile(join(this.#folder, 'publisher.json'), JSON.stringify(metadata))
    await this.manager.loadPlugin(join(this.#folder, 'publisher.mjs'))
    await this.publishUp(20_000)
  }

  /** The plugin publishes so many events; returns how many per second the bus took. @throws Error when one was refused */
  async publishUp(count: number): Promise<number> {
    const event = { type: 'bench.up', data: EVENT.data }
    const begin = performance.now()
    const { failed } = await this.manager.broadcastEvent({ type: GO, data: { count, event } })
    const rate = perSecond(count, begin)
    if (failed > 0) throw new Error('the bus refused an event of a plugin')
    return rate
  }

  broadcast(events: number): Promise<number> {
    return inFlight(events, IN_FLIGHT, () => this.manager.broadcastEvent(EVENT))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.manager.close()
    await rm(this.#folder, { recursive: true })
  }
}
