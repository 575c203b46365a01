import type { PluginFact } from '@plugboard/core'
import type { OverviewDelta } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { RecentPast } from '../telemetry/recent-past.ts'
import type { Sample, Sampler } from '../telemetry/sampler.ts'
import { LiveOverview } from './live-overview.ts'
import { TopicHub } from './topic-hub.ts'

const SERIES = { at: [1_000], values: { eventsPerSecond: [4] } }

function setUp() {
  const deltas: OverviewDelta[] = []
  const hub = new TopicHub()
  hub.connect({
    hasListeners: () => true,
    emit: ({ delta }) => void deltas.push(delta as OverviewDelta),
    resync: () => {},
  })
  const past = new RecentPast()
  const sampler = {
    managerSeries: () => SERIES,
    topicSeries: () => ({ at: [], values: {} }),
    memorySeries: () => ({ at: [], values: {} }),
    lossSeries: () => ({ at: [], values: {} }),
  } as unknown as Sampler
  return { deltas, past, overview: new LiveOverview(sampler, past, hub) }
}

const state = (id: string, at: number, to: string): PluginFact =>
  ({ type: 'state', id, at, from: 'loaded', to, error: null }) as PluginFact

test('begins with what the sampler and the recent past know', () => {
  const { past, overview } = setUp()
  past.takeFact(state('one', 500, 'active'))
  expect(overview.snapshot()).toEqual({
    manager: SERIES,
    topics: { at: [], values: {} },
    memory: { at: [], values: {} },
    losses: { at: [], values: {} },
    states: { one: [{ at: 500, state: 'active', error: null }] },
  })
})

test('sends each sample, each change of a state, and each plugin that is unloaded; a log entry is nothing to it', () => {
  const { deltas, overview } = setUp()
  const point = { at: 2_000, values: {} }
  overview.takeSample({ manager: point, topics: point, memory: point, plugins: new Map() } as unknown as Sample)
  overview.takeFact(state('one', 2_100, 'error'))
  overview.takeFact({ type: 'log', id: 'one', at: 2_200, message: 'x' } as PluginFact)
  overview.takeFact({ type: 'unloaded', id: 'one', at: 2_300 } as PluginFact)
  expect(deltas).toEqual([
    { manager: point, topics: point, memory: point },
    { states: [{ id: 'one', at: 2_100, state: 'error', error: null }] },
    { removed: ['one'] },
  ])
})
