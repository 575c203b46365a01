import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { GraphNode } from '../catalog/dependency-graph.ts'
import { PluginError } from '../errors/plugin-error.ts'
import { Supervisor, type Supervised } from './supervisor.ts'

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => void vi.useRealTimers())

const crash = new PluginError('PLUGIN_CRASHED', 'x', null as never)
const plugin = (id: string, changes: Partial<Supervised> = {}): Supervised => ({
  id,
  policy: 'on-crash',
  enabled: true,
  ranForMs: null,
  ...changes,
})

function create(options: { nodes?: readonly GraphNode[]; restartsPerMinute?: number } = {}) {
  const restarted: string[] = []
  const postponed: [string, number][] = []
  const nodes = options.nodes ?? [{ id: 'a', version: '1.0.0', dependencies: {} }]
  const supervisor = new Supervisor({
    healthyMs: 600_000,
    restartsPerMinute: options.restartsPerMinute ?? 20,
    now: () => Date.now() - 999_000,
    epoch: Date.now,
    random: () => 0.5,
    nodes: () => nodes,
    restart: async (id) => void restarted.push(id),
    onPostponed: (id, at) => void postponed.push([id, at]),
  })
  return { supervisor, restarted, postponed }
}

test('[SV3.b] never gives up: the tries come at once, then ever later, and stay 300 s apart', async () => {
  const { supervisor, restarted } = create()
  const waits: number[] = []
  for (let n = 0; n < 14; n += 1) {
    const at = supervisor.failed(plugin('a'), crash)!
    waits.push((at - Date.now()) / 1_000)
    await vi.advanceTimersByTimeAsync(at - Date.now())
    expect(restarted).toHaveLength(n + 1)
  }
  expect(waits).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300])
  expect(supervisor.failuresOf('a', null)).toBe(14)
})

test('[SV3.c] ten healthy minutes, or a manual operation, clear the count of failures', () => {
  const { supervisor } = create()
  for (let n = 0; n < 4; n += 1) supervisor.failed(plugin('a'), crash)
  expect(supervisor.failed(plugin('a', { ranForMs: 599_999 }), crash)).toBe(Date.now() + 8_000)
  expect(supervisor.failed(plugin('a', { ranForMs: 600_000 }), crash)).toBe(Date.now())
  supervisor.failed(plugin('a'), crash)
  supervisor.forget('a')
  expect(supervisor.failuresOf('a', null)).toBe(0)
  expect(supervisor.failed(plugin('a'), crash)).toBe(Date.now())
})

test('[SV3.c] one that has been well for ten minutes has failed no more, also before it fails again', () => {
  const { supervisor } = create()
  for (let n = 0; n < 4; n += 1) supervisor.failed(plugin('a'), crash)
  expect(supervisor.failuresOf('a', 599_999)).toBe(4)
  expect(supervisor.failuresOf('a', 600_000)).toBe(0)
})

test('[SV3.f] a plugin that is disabled, whose policy forbids it, or that was operated manually is not restarted', async () => {
  const { supervisor, restarted } = create()
  expect(supervisor.failed(plugin('a', { enabled: false }), crash)).toBeNull()
  expect(supervisor.failed(plugin('a', { policy: 'never' }), crash)).toBeNull()
  const limit = new PluginError('ERROR_LIMIT', 'x', null as never)
  expect(supervisor.failed(plugin('a'), limit)).toBeNull()
  expect(supervisor.failed(plugin('a', { policy: 'always' }), limit)).not.toBeNull()
  supervisor.forget('a')
  await vi.advanceTimersByTimeAsync(1_000_000)
  expect(restarted).toEqual([])
})

test('[SV3.f] a restart that is called off does not happen; the count of failures stays', async () => {
  const { supervisor, restarted } = create()
  supervisor.failed(plugin('a'), crash)
  supervisor.cancel('a')
  await vi.advanceTimersByTimeAsync(1_000_000)
  expect(restarted).toEqual([])
  expect(supervisor.failuresOf('a', null)).toBe(1)
})

test('[SV3.d] those due together start in dependency order, no more than a minute may hold; the others are told when', async () => {
  const nodes = ['c', 'b', 'a'].map((id) => ({
    id,
    version: '1.0.0',
    dependencies: (id === 'c' ? { b: '*' } : id === 'b' ? { a: '*' } : {}) as Record<string, string>,
  }))
  const { supervisor, restarted, postponed } = create({ nodes, restartsPerMinute: 2 })
  for (const { id } of nodes) supervisor.failed(plugin(id), crash)
  await vi.advanceTimersByTimeAsync(0)
  expect(restarted).toEqual(['a', 'b'])
  expect(postponed).toEqual([['c', 1_060_000]])
  await vi.advanceTimersByTimeAsync(59_999)
  expect(restarted).toEqual(['a', 'b'])
  await vi.advanceTimersByTimeAsync(1)
  expect(restarted).toEqual(['a', 'b', 'c'])
})

test('[SV3.f] after close nothing is started', async () => {
  const { supervisor, restarted } = create()
  supervisor.failed(plugin('a'), crash)
  supervisor.close()
  expect(supervisor.failed(plugin('a'), crash)).toBeNull()
  await vi.advanceTimersByTimeAsync(1_000_000)
  expect(restarted).toEqual([])
})
