import { expect, test } from 'vitest'
import { createManager, custom, load } from './support.ts'

test('a message to all reaches every other active plugin; one that fails is counted and stops no other', async () => {
  const manager = await createManager()
  const listen = (act: string) => ({
    methods: `start() { context.messages.onMessage((message: any) => { ${act}; got.push(message) }) }, status: () => got`,
    top: 'const got: any[] = []',
  })
  await load(manager, 'a', listen(''))
  await load(manager, 'b', listen('throw new Error("no")'))
  await load(manager, 'sender', {
    top: 'let outcome: any',
    methods:
      'async handleEvent() { outcome = await context.messages.broadcast("hello", { n: 1 }) }, status: () => outcome',
  })
  await manager.broadcastEvent(custom('x'))
  expect(await manager.getPluginStatus('sender')).toEqual({ delivered: 1, failed: 1 })
  expect(await manager.getPluginStatus('a')).toEqual([{ from: 'sender', type: 'hello', data: { n: 1 } }])
})
