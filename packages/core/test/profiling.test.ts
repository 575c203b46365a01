import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createManager, custom, load, statsOf, until } from './support.ts'

const BUSY = { plugin: 'churns' }

test('a CPU profile of a working plugin names its functions, without a restart', async () => {
  const manager = await createManager()
  await load(manager, 'busy', BUSY)
  const { pid } = manager.getPlugin('busy')!
  const timer = setInterval(() => manager.context.eventBus.publish(custom('go', 20)), 25)
  const profile = JSON.parse(await manager.profileCpu('busy', 0.7)) as {
    nodes: { callFrame: { functionName: string } }[]
  }
  clearInterval(timer)
  expect(profile.nodes.map(({ callFrame }) => callFrame.functionName)).toContain('churn')
  expect(manager.getPlugin('busy')).toMatchObject({ state: 'active', pid })
})

test('a profile of what it allocates, and a heap snapshot as a stream, also while it is stuck', async () => {
  const manager = await createManager()
  await load(manager, 'busy', BUSY)
  const outcome = manager.broadcastEvent(custom('go', 4_000))
  const heap = JSON.parse(await manager.profileHeap('busy', 0.5)) as { head: object }
  expect(heap).toHaveProperty('head')
  const stream = manager.heapSnapshot('busy')
  const snapshot = JSON.parse(await text(stream)) as { snapshot: { node_count: number } }
  expect(snapshot.snapshot.node_count).toBeGreaterThan(1_000)
  expect(statsOf(manager, 'busy').inFlight).toBe(1)
  expect(await outcome).toMatchObject({ delivered: 1 })
})

test('a recording fails with an error when its guest ends, has a maximum length, and can be cancelled by its reader', async () => {
  const manager = await createManager({ inlinePlugins: ['inline'] })
  await load(manager, 'one', BUSY)
  await load(manager, 'inline', BUSY, { isolation: 'inline' })
  await expect(manager.profileCpu('one', 3_600)).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  await expect(manager.profileCpu('none')).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' })
  await expect(manager.profileCpu('inline')).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
  const left = manager.heapSnapshot('one')
  left.once('data', () => left.destroy())
  await until(() => left.destroyed)
  const profile = manager.profileCpu('one', 30)
  const failed = expect(profile).rejects.toMatchObject({ code: 'RECORDING_FAILED', details: { id: 'one' } })
  await new Promise((resolve) => setTimeout(resolve, 200))
  await manager.disablePlugin('one')
  await failed
  await expect(manager.profileCpu('one')).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
})
