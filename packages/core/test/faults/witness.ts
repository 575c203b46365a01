import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'vitest'
import type { PluginManager, PluginManagerOptions } from '../../src/index.ts'
import { createManager, custom, lawHolds, load, statsOf, until } from '../support.ts'

const TICK = 'witness.tick'
/** So long that a delay of some milliseconds, as on two busy processors, does not change the result. */
const HANDLER_MS = 100
const BASELINE_TICKS = 15
const MIN_TICKS = 12
/** Half of the time after which a hang is ended: an event that is later by more was waiting for the faulty plugin. */
const MAX_DELAY_MS = 2_500

let baseline: Promise<number> | undefined

/**
 * A manager with a plugin that handles a steady stream of events and must not notice what befalls another: afterwards
 * its counts are exact. A process outside the manager gets the same stream, and shows how long processes wait for a
 * processor meanwhile: the p99 of the handler is under twice what it was before, or what the slowest was there, and no event
 * was later by seconds than there.
 */
export async function createWitnessed(options: PluginManagerOptions = {}): Promise<{
  manager: PluginManager
  during: <T>(fault: () => Promise<T>) => Promise<T>
}> {
  const manager = await createManager(options)
  await load(manager, 'witness', { plugin: 'counter', events: [TICK] }, { config: { handlerMs: HANDLER_MS } })

  const during = async <T>(fault: () => Promise<T>): Promise<T> => {
    baseline ??= measureBaseline(manager)
    const p99Ms = await baseline

    let ticks = 0
    let slowestMs = 0
    const control = new Control()
    const timer = setInterval(() => {
      ticks += 1
      const sentAt = performance.now()
      control.send(ticks, sentAt)
      void manager.broadcastEvent(custom(TICK)).then(() => {
        slowestMs = Math.max(slowestMs, performance.now() - sentAt)
      })
    }, HANDLER_MS + 10)
    try {
      return await fault()
    } finally {
      await until(() => ticks >= MIN_TICKS)
      clearInterval(timer)
      await until(() => statsOf(manager, 'witness').eventsProcessed === ticks, 'the witness missed events')
      const stats = statsOf(manager, 'witness')
      expect(stats).toMatchObject({ errorCount: 0, dropped: 0, inDoubt: 0, discarded: 0 })
      expect(await manager.getPluginStatus('witness')).toBe(ticks)
      expect(lawHolds(stats)).toBe(true)
      const outsideMs = await control.end()
      expect(stats.latency.p99Ms).toBeLessThan(2 * Math.max(p99Ms, outsideMs))
      expect(slowestMs).toBeLessThan(outsideMs + MAX_DELAY_MS)
    }
  }
  return { manager, during }
}

/** Once for each worker, before the first fault. */
async function measureBaseline(manager: PluginManager): Promise<number> {
  for (let n = 0; n < BASELINE_TICKS; n += 1) await manager.broadcastEvent(custom(TICK))
  const { p99Ms } = statsOf(manager, 'witness').latency
  await manager.restartPlugin('witness')
  return p99Ms!
}

/** The process outside the manager. */
class Control {
  readonly #process: ChildProcess = fork(new URL('control-process.ts', import.meta.url))
  readonly #sentAt = new Map<number, number>()
  #slowestMs = 0

  constructor() {
    this.#process.on('message', (tick: number) => {
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - this.#sentAt.get(tick)!)
      this.#sentAt.delete(tick)
    })
  }

  send(tick: number, sentAt: number): void {
    this.#sentAt.set(tick, sentAt)
    this.#process.send({ tick, handlerMs: HANDLER_MS })
  }

  /** @returns the slowest round trip, in milliseconds */
  async end(): Promise<number> {
    await until(() => this.#sentAt.size === 0, 'the control process did not answer')
    this.#process.disconnect()
    await once(this.#process, 'exit')
    return this.#slowestMs
  }
}
