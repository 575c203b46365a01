import type { LetterDisplay } from '../views/event.ts'
import type { DeadLetter, PluginFact, PluginManager } from '@plugboard/core'
import { pluginTopic, type PluginDelta } from '@plugboard/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RecentPast } from '../telemetry/recent-past.ts'
import type { Sample, Sampler } from '../telemetry/sampler.ts'
import { LivePlugins } from './live-plugins.ts'
import { TopicHub } from './topic-hub.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const letter = (n: number): DeadLetter =>
  ({ id: String(n), reason: 'handler-failed', events: [], error: { message: 'no' }, at: n }) as unknown as DeadLetter

/** One plugin of the name `one`, which a test may unload. */
function setUp({ listens = true } = {}) {
  const world = { loaded: true, status: 'well' as unknown, letters: [] as DeadLetter[], asked: 0 }
  const deltas: PluginDelta[] = []
  const resynced: string[] = []
  const hub = new TopicHub()
  hub.connect({
    hasListeners: () => listens,
    emit: ({ delta }) => void deltas.push(delta as PluginDelta),
    resync: (topic) => void resynced.push(topic),
  })
  const plugin = {
    node: 'here',
    metadata: { id: 'one', events: [], permissions: [] },
    dependencies: [],
    grants: [],
    lastError: null,
    health: { isHealthy: true, reasons: [] },
    limits: { mailboxCapacity: 10, mailboxBytes: 1_000 },
    memoryBudgetBytes: 1_000_000,
  }
  const manager = {
    context: { node: 'here' },
    getPlugin: () => (world.loaded ? plugin : undefined),
    getDeadLetters: () => world.letters,
    getPluginStatus: () => {
      world.asked += 1
      return Promise.resolve(world.status)
    },
  } as unknown as PluginManager
  const past = new RecentPast()
  const letters = {
    dataOf: (_id: string, event: { data: unknown }) => event.data,
    subjectOf: () => undefined,
    errorOf: (_id: string, letter: { error: unknown }) => letter.error,
  } as unknown as LetterDisplay
  const sampler = { seriesOf: () => ({ at: [], values: {} }) } as unknown as Sampler
  const plugins = new LivePlugins(manager, { sampler, history: past, hub, letters })
  const take = (fact: Record<string, unknown>): void => {
    past.takeFact({ id: 'one', at: 1, ...fact } as unknown as PluginFact)
    plugins.takeFact({ id: 'one', at: 1, ...fact } as unknown as PluginFact)
  }
  const say = (message: string): void => take({ type: 'log', level: 'info', message, origin: 'plugin' })
  const sample = async (): Promise<void> => {
    plugins.takeSample({ plugins: new Map([['one', { at: 5, values: {} }]]) } as unknown as Sample)
    await vi.advanceTimersByTimeAsync(0)
  }
  return { world, deltas, resynced, hub, plugins, take, say, sample, topic: pluginTopic('here', 'one') }
}

test('what comes within a fifth of a second travels together', () => {
  const { deltas, take, say } = setUp()
  take({ type: 'state', from: 'loaded', to: 'active', error: null })
  say('hello')
  take({ type: 'dead-letter', letter: letter(1) })
  take({ type: 'dead-letter', letter: letter(2) })
  vi.advanceTimersByTime(199)
  expect(deltas).toEqual([])
  vi.advanceTimersByTime(1)
  expect(deltas).toMatchObject([
    {
      view: { id: 'one' },
      states: [{ state: 'active' }],
      logs: [{ message: 'hello' }],
      deadLetters: [{ id: '2' }, { id: '1' }],
    },
  ])
})

test('a snapshot has what is pending, which does not come a second time as a delta to its reader', () => {
  const { deltas, plugins, say } = setUp()
  say('hello')
  expect(plugins.snapshot('one')!.logs.map(({ message }) => message)).toEqual(['hello'])
  const count = deltas.length
  vi.advanceTimersByTime(1_000)
  expect(deltas).toHaveLength(count)
})

test('a flood of log entries is cut to the last 200', () => {
  const { deltas, say } = setUp()
  for (let n = 1; n <= 1_000; n += 1) say(`line ${n}`)
  vi.advanceTimersByTime(200)
  expect(deltas[0]!.logs).toHaveLength(200)
  expect(deltas[0]!.logs!.at(-1)!.message).toBe('line 1000')
})

test('once dead letters are gone, the list is sent anew', () => {
  const { world, deltas, take } = setUp()
  take({ type: 'dead-letter', letter: letter(1) })
  take({ type: 'dead-letter-gone', letterId: '1' })
  world.letters = [letter(7)]
  vi.advanceTimersByTime(200)
  expect(deltas[0]).toMatchObject({ deadLetterList: [{ id: '7' }] })
  expect(deltas[0]).not.toHaveProperty('deadLetters')
})

test('a sample brings point and view, and asks for the status, which is sent only when it changes', async () => {
  const { world, deltas, sample } = setUp()
  await sample()
  await sample()
  world.status = 'unwell'
  await sample()
  expect(world.asked).toBe(3)
  expect(deltas.filter(({ point }) => point)).toHaveLength(3)
  expect(deltas.flatMap((delta) => ('status' in delta ? [delta.status] : []))).toEqual(['well', 'unwell'])
})

test('without subscribers nothing is computed or asked, but the deltas count', async () => {
  const { world, deltas, sample, hub, topic } = setUp({ listens: false })
  const seq = (): number => hub.answer(topic, {}, () => null).seq
  const before = seq()
  await sample()
  expect(world.asked).toBe(0)
  expect(deltas).toEqual([])
  expect(seq()).toBe(before + 1)
})

test('an unload tells subscribers to ask again, and a plugin loaded later under the same id does not get the old status', async () => {
  const { world, plugins, resynced, take, sample, topic } = setUp()
  await sample()
  expect(plugins.snapshot('one')).toMatchObject({ status: 'well' })
  world.loaded = false
  take({ type: 'unloaded' })
  expect(resynced).toEqual([topic])
  expect(plugins.snapshot('one')).toBeUndefined()
  world.loaded = true
  take({ type: 'loaded' })
  expect(resynced).toEqual([topic, topic])
  expect(plugins.snapshot('one')).toMatchObject({ status: null })
})
