import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LONG } from './soak.ts'
import { createManager, custom, lawHolds, load, statsOf, untilState } from './support.ts'

test('a plugin that reads its own channel ends its own guest, and what it had not begun stays accounted for', async () => {
  const manager = await createManager()
  await load(manager, 'thief', { plugin: 'reads-own-channel' })
  // What it takes is missed when the next frame comes.
  for (let count = 0; count < 200 && manager.getPlugin('thief')!.state === 'active'; count += 1) {
    manager.context.eventBus.publish(custom('thief'))
    await sleep(50)
  }
  await untilState(manager, 'thief', 'error')
  expect(manager.getPlugin('thief')!.lastError!.message).toContain('Protocol violation')
  expect(lawHolds(statsOf(manager, 'thief'))).toBe(true)
})

test(
  '[EV1.c] the last receipts and log entries of a thread are not lost if the thread ends while its host writes to it',
  LONG,
  async () => {
    const manager = await createManager({ errorLimit: 1_000 })
    for (let round = 0; round < 4; round += 1) {
      const id = `ending-${round}`
      await load(manager, id, { plugin: 'dies-after-errors', events: ['go'] }, { config: { errors: 50 } })
      let heard = 0
      manager.onDidChange(
        (fact) => void (fact.type === 'log' && fact.id === id && fact.origin === 'plugin' && (heard += 1)),
      )
      const padding = 'x'.repeat(1_000)
      for (let n = 0; n < 400; n += 1) {
        manager.context.eventBus.publish({ type: 'go', data: padding })
        if (n % 40 === 0) await sleep(1)
      }
      await untilState(manager, id, 'error')
      expect(heard).toBe(50)
      // The fifty that failed, and the death.
      expect(statsOf(manager, id)).toMatchObject({ errorCount: 51 })
      expect(lawHolds(statsOf(manager, id))).toBe(true)
    }
  },
)

test('[SV1.e] a plugin that forges the pings of its guardian hangs all the same', LONG, async () => {
  const manager = await createManager()
  await load(manager, 'forger', { plugin: 'forges-pings', events: ['look', 'forge'] })
  for (let tries = 0; tries < 10 && !(await manager.getPluginStatus('forger')); tries += 1)
    await manager.broadcastEvent(custom('look'))
  expect(await manager.getPluginStatus('forger')).toBe(true)
  manager.context.eventBus.publish(custom('forge'))
  await untilState(manager, 'forger', 'error')
  expect(manager.getPlugin('forger')!.lastError!.code).toBe('PLUGIN_HUNG')
})

test('[SV1.a] a plugin that leaves 64 MB unread is ended for that, and not for a broken protocol', LONG, async () => {
  const manager = await createManager()
  manager.context.sharedData.set('big', 'x'.repeat(200_000))
  await load(manager, 'deaf', { plugin: 'does-not-read' })
  manager.context.eventBus.publish(custom('x', 400))
  await untilState(manager, 'deaf', 'error')
  expect(manager.getPlugin('deaf')!.lastError!.message).toMatch(/^Did not read 6\d MB that were sent to it\.$/)
  expect(lawHolds(statsOf(manager, 'deaf'))).toBe(true)
})
