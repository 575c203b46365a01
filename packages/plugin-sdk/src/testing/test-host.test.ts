import { expect, test } from 'vitest'
import { definePlugin } from '../plugin.ts'
import { startPlugin } from './test-host.ts'

const event = { type: 'a.b', data: 1 } as const

test('events reach handleEvent and the matching listeners; the first failure is thrown when all had it', async () => {
  const order: string[] = []
  const plugin = definePlugin({
    initialize({ eventBus }) {
      eventBus.subscribe('a.*', () => void order.push('listener'))
      eventBus.subscribe('c', () => void order.push('other'))
    },
    handleEvent() {
      order.push('handle')
      throw new Error('no')
    },
  })
  await using host = await startPlugin(plugin)
  await expect(host.send(event)).rejects.toThrow('no')
  expect(order).toEqual(['handle', 'listener'])
  await using picky = await startPlugin(plugin, { events: ['x.*'] })
  await picky.send(event)
})

test('shared data has versions that are never used twice', async () => {
  const changes: unknown[] = []
  await using host = await startPlugin({
    initialize: ({ sharedData }) => void sharedData.onDidChange((change) => changes.push(change)),
  })
  const { sharedData } = host.context
  expect(await sharedData.set('k', 1)).toBe(1)
  expect(await sharedData.compareAndSet('k', 0, 2)).toBeUndefined()
  expect(await sharedData.delete('k')).toBe(true)
  expect(await sharedData.compareAndSet('k', 0, 3)).toBe(3)
  expect(changes).toEqual([
    { key: 'k', value: 1, version: 1 },
    { key: 'k', version: 2 },
    { key: 'k', value: 3, version: 3 },
  ])
})

test('the defaults of the schema are filled in, as the runtime does', async () => {
  const configSchema = { properties: { a: { default: 1 }, b: { default: 2 }, c: {} } }
  await using host = await startPlugin<{ a: number; b: number }>({}, { configSchema, config: { b: 5 } })
  expect(host.context.config).toEqual({ a: 1, b: 5 })
})

test('stop aborts the signal, then stops and cleans up, once', async () => {
  const calls: string[] = []
  const host = await startPlugin({ stop: () => void calls.push('stop'), cleanup: () => void calls.push('cleanup') })
  await host.stop()
  await host.stop()
  expect([host.context.signal.aborted, calls]).toEqual([true, ['stop', 'cleanup']])
})
