import { expect, test } from 'vitest'
import type { PluginManager } from '../src/index.ts'
import { acting, createManager, custom, load, loadActor, statsOf, until, untilLogged } from './support.ts'

/** Resolves when a plugin is in a handler that does not return before its deadline: it reads no message until then. */
async function keepBusy(manager: PluginManager, type: string): Promise<void> {
  const begun = untilLogged(manager, 'waiting')
  manager.context.eventBus.publish(acting({ act: 'never settle' }, type))
  await begun
}

test('a message to all reaches every other active plugin; one that fails is counted and stops no other', async () => {
  const manager = await createManager()
  await load(manager, 'a', { plugin: 'message-recorder' })
  await load(manager, 'b', { plugin: 'message-recorder' }, { config: { failOn: 'hello' } })
  const asks = [{ ask: 'broadcast', type: 'hello', data: { n: 1 } }] as const
  await load(manager, 'sender', { plugin: 'asker' }, { config: { asks } })
  expect(await manager.getPluginStatus('sender')).toMatchObject({ outcomes: [{ delivered: 1, failed: 1 }] })
  expect(await manager.getPluginStatus('a')).toEqual([{ from: 'sender', type: 'hello', data: { n: 1 } }])
})

test('messages that make a plugin fail over and over do not fill its log', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'message-recorder' }, { config: { failOn: 'hello' } })
  let told = 0
  manager.onDidChange((fact) => {
    if (fact.type === 'log' && fact.message.includes('failed on a message')) told += 1
  })
  const hello = { from: 'host', type: 'hello', data: null }
  const results = []
  for (let n = 0; n < 15; n += 1) {
    results.push(...(await Promise.all(Array.from({ length: 100 }, () => manager.broadcastMessage(hello)))))
  }
  expect(results.filter(({ failed }) => failed === 1)).toHaveLength(1_500)
  expect(told).toBeGreaterThanOrEqual(500)
  expect(statsOf(manager, 'one').logsDropped).toBe(1_500 - told)
  expect(told).toBeLessThan(1_500)
})

test.each([
  ['a thousand messages', 1_000, null],
  ['4 MiB of messages', 16, 'x'.repeat(256_000)],
])('a plugin that has not answered %s refuses more of them, says so once, and lives', async (_what, count, data) => {
  const manager = await createManager()
  await loadActor(manager, 'busy', {}, { events: ['go'], limits: { handleEventMs: 2_000 } })
  const warnings: string[] = []
  manager.onDidChange((fact) => {
    if (fact.type === 'log' && fact.id === 'busy' && fact.level === 'warn') warnings.push(fact.message)
  })
  const send = () => manager.sendMessageToPlugin({ from: 'host', to: 'busy', type: 't', data })
  await keepBusy(manager, 'go')
  const sent = Array.from({ length: count }, send)
  expect(manager.snapshot().stats.waitingMessages.count).toBe(count)
  await expect(send()).rejects.toMatchObject({ code: 'BUSY', details: { id: 'busy' } })
  await expect(manager.broadcastMessage({ from: 'host', type: 't', data })).resolves.toEqual({
    delivered: 0,
    failed: 1,
  })
  await Promise.all(sent)
  expect(
    warnings.filter((warning) => warning.includes('that it has not answered: further ones are refused')),
  ).toHaveLength(1)
  expect(manager.snapshot().stats.waitingMessages).toEqual({ count: 0, bytes: 0 })
  await expect(send()).resolves.toBeUndefined()
})

test('the messages that wait for all plugins together have a bound too', async () => {
  const manager = await createManager({ totalMessageBytes: 1_000_000 })
  for (const id of ['a', 'b']) {
    await loadActor(manager, id, {}, { events: ['go'] })
  }
  manager.context.eventBus.publish(acting({ act: 'wait', ms: 1_000 }, 'go'))
  await until(() => manager.getAllPlugins().every(({ stats }) => stats.inFlight === 1))
  const send = (to: string) => manager.sendMessageToPlugin({ from: 'host', to, type: 't', data: 'x'.repeat(240_000) })
  const sent = ['a', 'b', 'a', 'b'].map(send)
  await expect(send('a')).rejects.toMatchObject({ code: 'BUSY' })
  await Promise.all(sent)
})

test('a handler whose time is over says which message it was waiting for', async () => {
  const manager = await createManager()
  const sends = (to: string) => ({ config: { at: 'event', asks: [{ ask: 'send', to, type: 'ping' }] } })
  await loadActor(manager, 'busy', {}, { events: ['busy'], limits: { handleEventMs: 4_000 } })
  await load(manager, 'waits', { plugin: 'asker', events: ['go'], limits: { handleEventMs: 500 } }, sends('busy'))
  await load(manager, 'echoes', { plugin: 'asker', events: ['go'], limits: { handleEventMs: 500 } }, sends('echoes'))
  await keepBusy(manager, 'busy')
  await manager.broadcastEvent(custom('go'))
  const messages = ['waits', 'echoes'].map((id) => manager.getDeadLetters(id)[0]?.error.message)
  expect(messages).toEqual([
    expect.stringContaining('busy had not answered its message ping'),
    expect.stringContaining('its message ping to itself was not answered'),
  ])
})
