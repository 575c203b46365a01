import { expect, test } from 'vitest'
import { createManager, load } from './support.ts'

test('a message to all reaches every other active plugin; one that fails is counted and stops no other', async () => {
  const manager = await createManager()
  await load(manager, 'a', { plugin: 'message-recorder' })
  await load(manager, 'b', { plugin: 'message-recorder' }, { config: { failOn: 'hello' } })
  const asks = [{ ask: 'broadcast', type: 'hello', data: { n: 1 } }] as const
  await load(manager, 'sender', { plugin: 'asker' }, { config: { asks } })
  expect(await manager.getPluginStatus('sender')).toMatchObject({ outcomes: [{ delivered: 1, failed: 1 }] })
  expect(await manager.getPluginStatus('a')).toEqual([{ from: 'sender', type: 'hello', data: { n: 1 } }])
})
