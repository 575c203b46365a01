import { expect, test } from 'vitest'
import { createManager, custom, lawHolds, load, loadActor, statsOf } from './support.ts'

test('a plugin that reports itself degraded carries a warning, until it says otherwise or ends', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'gives-up' })
  const reasons = () => manager.getPluginHealth('one')!.reasons
  await manager.broadcastEvent(custom('report', 'The receiver does not answer.'))
  await expect
    .poll(reasons)
    .toMatchObject([{ code: 'degraded', level: 'warning', message: 'The receiver does not answer.' }])
  expect(manager.getPluginHealth('one')!.isHealthy).toBe(true)
  await manager.broadcastEvent(custom('report'))
  await expect.poll(reasons).toEqual([])
  await manager.broadcastEvent(custom('report', 'x'.repeat(10_000)))
  await expect.poll(() => reasons()[0]?.message.length).toBe(512)
  await manager.restartPlugin('one')
  expect(reasons()).toEqual([])
})

test('an event that a plugin gives up later is a dead letter, no error, and can be replayed', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'gives-up' })
  await manager.broadcastEvent(custom('hopeless', { n: 1 }))
  await expect
    .poll(() => manager.getDeadLetters('one'))
    .toMatchObject([
      { reason: 'given-up', events: [{ type: 'hopeless', data: { n: 1 } }], error: { message: 'it was refused' } },
    ])
  expect(statsOf(manager, 'one')).toMatchObject({ eventsProcessed: 1, errorCount: 0, deadLetters: 1 })
  await manager.replayDeadLetters('one')
  expect(manager.getDeadLetters('one')).toEqual([])
  expect(await manager.getPluginStatus('one')).toBe(2)
  expect(lawHolds(statsOf(manager, 'one'))).toBe(true)
})

test("what plugins log reaches the host's logger, with the plugin and the fields", async () => {
  const lines: unknown[] = []
  const logger = { log: (...line: unknown[]) => void lines.push(line) }
  const manager = await createManager({ logger })
  await loadActor(manager, 'one', { start: { act: 'log', message: 'here I am' } })
  await expect.poll(() => lines).toContainEqual(['info', 'here I am', { plugin: 'one', origin: 'plugin' }])
})

test('a logger of the host that fails, and listeners that reject, end nothing and stop nothing', async () => {
  const logger = {
    log: () => {
      throw new Error('the disk is full')
    },
  }
  const manager = await createManager({ logger })
  manager.onDidChange(() => Promise.reject(new Error('my database is busy')) as never)
  manager.onDidChange(() => {
    throw new Error('no')
  })
  manager.context.eventBus.subscribe('**', () => {
    throw new Error('no')
  })
  await load(manager, 'one')
  manager.context.eventBus.publish(custom('x'))
  await manager.disablePlugin('one')
  expect(manager.getPlugin('one')!.state).toBe('loaded')
})
