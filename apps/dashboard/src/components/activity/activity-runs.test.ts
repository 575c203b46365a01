import type { TimelineView } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { activityRuns, withoutConsequences } from './activity-runs'

let id = 0
const entry = (more: Partial<TimelineView>): TimelineView => ({
  id: (id += 1),
  node: 'here',
  at: 1_000,
  pluginId: null,
  kind: 'operation',
  code: 'plugins.restart',
  severity: 'info',
  title: '',
  actor: 'ci',
  incidentId: null,
  detail: null,
  ...more,
})
const publish = (at: number, times: number): TimelineView =>
  entry({ at, detail: { operation: 'events.publish', times } })
const restart = (at: number, pluginId = 'a'): TimelineView =>
  entry({ at, pluginId, actor: 'ada', detail: { operation: 'plugins.restart' } })

test('what is only counted is one line, with its number and since when, wherever it stands', () => {
  const state = entry({ at: 2_000, kind: 'state', code: 'state', actor: null, pluginId: 'a' })
  const runs = activityRuns([publish(3_000, 400), state, publish(1_000, 5_000)])
  expect(runs.map(({ entry: { kind }, times, since }) => ({ kind, times, since }))).toEqual([
    { kind: 'operation', times: 5_400, since: 1_000 },
    { kind: 'state', times: 1, since: 2_000 },
  ])
})

test('four of the same operation in a row are one line; three are three, and so are those of several plugins', () => {
  expect(activityRuns([restart(4), restart(3), restart(2), restart(1)])).toMatchObject([{ times: 4, since: 1 }])
  expect(activityRuns([restart(3), restart(2), restart(1)])).toHaveLength(3)
  expect(activityRuns([restart(4), restart(3, 'b'), restart(2), restart(1, 'b')])).toHaveLength(4)
})

test('what an operation has led to is left out: not a failure, not another plugin, and not what was long before', () => {
  const state = (at: number, more: Partial<TimelineView> = {}): TimelineView =>
    entry({ at, kind: 'state', code: 'state', actor: null, pluginId: 'a', detail: { state: 'active' }, ...more })
  const kept = [
    state(20_500),
    restart(20_000),
    state(19_500, { pluginId: 'b' }),
    state(19_000, { severity: 'bad', detail: { state: 'error' } }),
    state(5_000),
  ]
  expect(withoutConsequences([...kept.slice(0, 2), state(19_900), ...kept.slice(2)])).toEqual(kept)
})
