import { expect } from 'vitest'
import type { PluginManager, PluginManagerOptions } from '../../src/index.ts'
import { createManager, custom, lawHolds, load, statsOf, until } from '../support.ts'

const TICK = 'witness.tick'
/** So long that a delay of some milliseconds, as on two busy processors, does not change the result. */
const HANDLER_MS = 100
const BASELINE_TICKS = 15
const MIN_TICKS = 12
/** Half of the time after which a hang is ended: an event that waits longer was waiting for the faulty plugin. */
const MAX_ROUND_TRIP_MS = 2_500

let baseline: Promise<number> | undefined

/**
 * A manager with a plugin that handles a steady stream of events and must not notice what befalls another: afterwards
 * its counts are exact, the p99 of its handler is under twice what it was before, and no event waited for seconds.
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
    const timer = setInterval(() => {
      ticks += 1
      const sentAt = performance.now()
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
      expect(stats.latency.p99Ms).toBeLessThan(2 * p99Ms)
      expect(slowestMs).toBeLessThan(MAX_ROUND_TRIP_MS)
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
