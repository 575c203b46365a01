import { expect, test } from 'vitest'
import { LONG } from '../soak.ts'
import type { LeaksConfig } from '../plugins/leaks.ts'
import { custom, isAlive, lawHolds, load, statsOf, until, untilState } from '../support.ts'
import { createWitnessed } from './witness.ts'

test.each<LeaksConfig['by'][]>([['an array'], ['a Map'], ['small objects'], ['buffers']])(
  '[SV1.a] a leak by %s is out of memory, not a crash; host and neighbour go on',
  LONG,
  async (by) => {
    const { manager, during } = await createWitnessed()
    await during(async () => {
      await load(manager, 'victim', { plugin: 'leaks', events: ['go'] }, { config: { by } })
      const pid = manager.getPlugin('victim')!.pid!
      const hostBefore = process.memoryUsage.rss()
      for (let n = 0; n < 500; n += 1) manager.context.eventBus.publish(custom('go', n))
      await untilState(manager, 'victim', 'error')
      const { lastError, stats } = manager.getPlugin('victim')!
      expect(lastError).toMatchObject({ code: 'OUT_OF_MEMORY' })
      expect(isAlive(pid)).toBe(false)
      expect(lawHolds(stats)).toBe(true)
      expect(stats).toMatchObject({ mailboxDepth: 0, inFlight: 0, accepted: 500 })
      expect(process.memoryUsage.rss() - hostBefore).toBeLessThan(128 * 1_048_576)
    })
  },
)

test('a bigger budget is the host’s to give, and holds', LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const permissions = [{ name: 'MemoryAllocation', bytes: 600 * 1_048_576 }] as const
    const config: LeaksConfig = { by: 'one large buffer an event' }
    await load(manager, 'big', { plugin: 'leaks', events: ['go'], permissions }, { config, grant: permissions })
    for (let n = 0; n < 20; n += 1) await manager.broadcastEvent(custom('go', n))
    const used = () => statsOf(manager, 'big')
    await until(() => used().memoryUsageBytes! > 400 * 1_048_576, 'its memory was not seen')
    await until(() => (used().memory!.heap?.externalBytes ?? 0) > 390 * 1_048_576, 'its buffers were not told')
    expect(used().memory!.rssBytes).toBeGreaterThan(used().memoryUsageBytes!)
    expect(manager.getPlugin('big')!.state).toBe('active')
  })
})
