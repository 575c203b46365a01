import { expect, test } from 'vitest'
import { LONG, times } from '../soak.ts'
import type { ActorConfig } from '../plugins/actor.ts'
import type { FloodsConfig, FloodsStatus } from '../plugins/floods.ts'
import { custom, lawHolds, load, loadActor, statsOf, until, untilState } from '../support.ts'
import { createWitnessed } from './witness.ts'

test(
  '[EV4.b] [EV8.d] a million events at once: each is handled or counted as dropped, and the host’s memory is bounded',
  LONG,
  async () => {
    const { manager, during } = await createWitnessed()
    await during(async () => {
      await load(manager, 'victim', { plugin: 'counter', events: ['go'] })
      const before = process.memoryUsage().heapUsed
      for (let n = 0; n < 1_000_000; n += 1) {
        manager.context.eventBus.publish(custom('go', n))
        // The witness's own events come from a timer: the loop must turn.
        if (n % 20_000 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      await until(() => statsOf(manager, 'victim').mailboxDepth + statsOf(manager, 'victim').inFlight === 0)
      const stats = statsOf(manager, 'victim')
      expect(stats.accepted).toBe(1_000_000)
      expect(stats.eventsProcessed + stats.dropped).toBe(1_000_000)
      expect(stats.dropped).toBeGreaterThan(0)
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(256 * 1_048_576)
    })
  },
)

const THOUSANDS = times(100, 1_000)

test(`[EV6.b] ${THOUSANDS},000 publishes of a plugin: refused beyond its rate, and it lives`, LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const config: FloodsConfig = { what: 'events', count: THOUSANDS * 1_000 }
    const limits = { handleEventMs: 60_000, publishesPerSecond: 100 }
    await load(manager, 'loud', { plugin: 'floods', events: ['go'] }, { config, limits })
    expect(await manager.broadcastEvent(custom('go'))).toMatchObject({ delivered: 1 })
    const status = (await manager.getPluginStatus('loud')) as FloodsStatus
    expect(status.codes).toEqual(['RATE_LIMITED'])
    expect(status.accepted).toBe(manager.context.eventBus.getStats().eventsByType.noise)
    expect(status.accepted).toBeLessThan(10_000)
  })
})

test.each([
  ['its log', 200_000],
  ['stdout', 200_000],
  ['stdout, written past Node', 3_000],
] as const)('[EV3.b] a flood of %s holds nobody up and does not fill the host', LONG, async (what, count) => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const options = { config: { what, count }, limits: { handleEventMs: 20_000 } }
    await load(manager, 'loud', { plugin: 'floods', events: ['go'] }, options)
    let lines = 0
    manager.onDidChange((fact) => void (fact.type === 'log' && (lines += 1)))
    const before = process.memoryUsage().heapUsed
    manager.context.eventBus.publish(custom('go'))
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    expect(lines).toBeGreaterThan(50)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1_048_576)
    await manager.unloadPlugin('loud')
    expect(manager.getPlugin('loud')).toBeUndefined()
  })
})

test('[SV1.a] fifty plugins that crash at once are each in error with their own reason', LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const ids = Array.from({ length: 50 }, (_, n) => `victim-${n}`)
    const config = (code: number): ActorConfig => ({ handleEvent: { act: 'exit', code } })
    await Promise.all(ids.map((id, n) => loadActor(manager, id, config(n), { events: ['go'] })))
    expect(await manager.broadcastEvent(custom('go'))).toEqual({ delivered: 0, failed: 50, dropped: 0 })
    await Promise.all(ids.map((id) => untilState(manager, id, 'error')))
    ids.forEach((id, n) => {
      expect(manager.getPlugin(id)!.lastError!.message).toBe(`Exited by itself with code ${n}.`)
      expect(lawHolds(statsOf(manager, id))).toBe(true)
    })
  })
})
