import type { ManagerSnapshot } from '@plugboard/core'
import { OTHERS, OVERVIEW_TOPICS } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { Sampler, type Sample } from './sampler.ts'
import { Snapshots } from './snapshots.ts'

interface Fake {
  readonly id: string
  state?: 'active' | 'loaded'
  events?: number
  errors?: number
  memory?: number | null
  cpuShare?: number | null
  dropped?: number
  discarded?: number
}

/** A sampler of plugins whose counters the test sets. */
function setUp(plugins: Fake[] = [], topics: Record<string, number> = {}) {
  const snapshot = (): ManagerSnapshot =>
    ({
      stats: {
        totalEventsProcessed: plugins.reduce((sum, { events = 0 }) => sum + events, 0),
        totalErrors: plugins.reduce((sum, { errors = 0 }) => sum + errors, 0),
        totalMemoryUsage: plugins.reduce((sum, { memory }) => sum + (memory ?? 0), 0),
      },
      plugins: plugins.map(
        ({
          id,
          state = 'active',
          events = 0,
          errors = 0,
          memory = null,
          cpuShare = null,
          dropped = 0,
          discarded = 0,
        }) => ({
          metadata: { id },
          state,
          stats: {
            lifetime: { eventsProcessed: events, errorCount: errors },
            errorRate60s: null,
            memoryUsageBytes: memory,
            cpuShare,
            mailboxDepth: 3,
            dropped,
            discarded,
            inDoubt: 0,
            missed: 0,
            publishesRefused: 0,
          },
        }),
      ),
    }) as unknown as ManagerSnapshot
  const manager = {
    snapshot,
    takeRecentLatencyMs: () => 2.5,
    context: { eventBus: { typeCounts: () => new Map(Object.entries(topics)) } },
  }
  const sampler = new Sampler(manager, new Snapshots(manager))
  const samples: Sample[] = []
  sampler.onDidSample((sample) => void samples.push(sample))
  return { sampler, samples }
}

test('rates are what came since the sample before, per second; CPU is the core’s share', () => {
  const one: Fake = { id: 'one', events: 100, errors: 4, memory: 1_000, cpuShare: 0.25 }
  const { sampler, samples } = setUp([one])
  sampler.sample(10_000)
  Object.assign(one, { events: 150, errors: 9 })
  sampler.sample(12_000)
  expect(samples[0]!.plugins.get('one')!.values.eventsPerSecond).toBeUndefined()
  expect(samples[1]!.plugins.get('one')!.values).toMatchObject({
    eventsPerSecond: 25,
    errorsPerSecond: 2.5,
    memoryBytes: 1_000,
    cpuPercent: 25,
    p95Ms: 2.5,
    mailboxDepth: 3,
  })
  expect(samples[1]!.manager.values).toMatchObject({ eventsPerSecond: 25, memoryBytes: 1_000 })
  expect(sampler.recentRates('one', 2)).toEqual([null, 25])
})

test('losses are told by plugin and cause, of a plugin that does not run too, and over all plugins', () => {
  const [busy, stopped]: Fake[] = [
    { id: 'busy', dropped: 2 },
    { id: 'stopped', state: 'loaded' },
  ]
  const { sampler, samples } = setUp([busy!, stopped!, { id: 'calm' }])
  sampler.sample(10_000)
  Object.assign(busy!, { dropped: 12 })
  Object.assign(stopped!, { discarded: 4 })
  sampler.sample(12_000)
  const { losses, manager, plugins, lost } = samples[1]!
  expect(losses.values).toEqual({ 'busy dropped': 5, 'stopped discarded': 2 })
  expect(manager.values).toMatchObject({ droppedPerSecond: 5, discardedPerSecond: 2, inDoubtPerSecond: 0 })
  expect(plugins.get('stopped')!.values.discardedPerSecond).toBe(2)
  expect(lost.get('busy')).toMatchObject({ dropped: 10, discarded: 0 })
  expect(sampler.lossSeries().values).toMatchObject({ 'busy dropped': [2, 5] })
})

test('a plugin that does not run is a gap, and one that is unloaded has no past', () => {
  const plugins: Fake[] = [{ id: 'one', state: 'loaded' }]
  const { sampler } = setUp(plugins)
  sampler.sample(1_000)
  expect(Object.values(sampler.lastOf('one')!.values).every((value) => value === null)).toBe(true)
  plugins.length = 0
  sampler.sample(2_000)
  expect(sampler.lastOf('one')).toBeUndefined()
  expect(sampler.seriesOf('one')).toEqual({ at: [], values: {} })
})

test('the busiest topics have names, the rest is one; a reset of the counters is no negative rate', () => {
  const topics: Record<string, number> = {}
  for (let n = 0; n < OVERVIEW_TOPICS + 2; n += 1) topics[`t${n}`] = 100 - n
  const { sampler, samples } = setUp([], topics)
  sampler.sample(1_000)
  expect(samples[0]!.topics.values).toEqual({})
  for (const name of Object.keys(topics)) topics[name]! += 10
  sampler.sample(2_000)
  expect(Object.keys(samples[1]!.topics.values)).toHaveLength(OVERVIEW_TOPICS + 1)
  expect(samples[1]!.topics.values).toMatchObject({ t0: 10, [OTHERS]: 20 })
  const sum = 10 * (OVERVIEW_TOPICS + 2)
  expect(sampler.totalOf('topic', 'eventsPerSecond')).toEqual({ at: [1_000, 2_000], column: [null, sum] })
  for (const name of Object.keys(topics)) topics[name] = 1
  sampler.sample(3_000)
  expect(Object.values(samples[2]!.topics.values).every((rate) => rate! >= 0)).toBe(true)
  expect(samples[2]!.topics.values.t0).toBe(1)
})

test('a plugin that is named in the memory chart stays until another one is clearly larger', () => {
  const plugins: Fake[] = Array.from({ length: 20 }, (_, n) => ({ id: `p${n}`, memory: 1_000 - n * 10 }))
  const { sampler, samples } = setUp(plugins)
  sampler.sample(1_000)
  const named = Object.keys(samples[0]!.memory.values).filter((name) => name !== OTHERS)
  const rival = plugins.find(({ id }) => !named.includes(id))!
  const last = plugins.find(({ id }) => id === named.at(-1))!
  rival.memory = last.memory! * 1.2
  sampler.sample(2_000)
  expect(samples[1]!.memory.values).not.toHaveProperty(rival.id)
  rival.memory = last.memory! * 1.3
  sampler.sample(3_000)
  expect(samples[2]!.memory.values).toHaveProperty(rival.id)
})

test('a listener that throws keeps no other from its sample', () => {
  const { sampler, samples } = setUp([{ id: 'one' }])
  sampler.onDidSample(() => {
    throw new Error('no')
  })
  const after: Sample[] = []
  sampler.onDidSample((sample) => void after.push(sample))
  expect(() => sampler.sample(1_000)).toThrow('no')
  expect([samples.length, after.length]).toEqual([1, 1])
})
