import { expect, test } from 'vitest'
import { MAX_INCIDENTS_SHOWN, mergeIncidents } from './incidents-topic.ts'
import type { IncidentView } from './record-view.ts'

const incident = (id: number, changes: Partial<IncidentView> = {}): IncidentView => ({
  id,
  node: 'here',
  pluginId: `p${id}`,
  error: { code: 'PLUGIN_CRASHED', message: '', details: null },
  openedAt: id,
  lastAt: id,
  closedAt: id,
  occurrences: 1,
  rootId: null,
  affected: [],
  evidence: null,
  ...changes,
})

test('what has changed takes its place, the newest first', () => {
  const list = mergeIncidents([incident(2), incident(1)], { changed: [incident(3), incident(1, { closedAt: null })] })
  expect(list.map(({ id, closedAt }) => [id, closedAt])).toEqual([
    [3, 3],
    [2, 2],
    [1, null],
  ])
})

test('a burst does not push out its root, nor what is still open', () => {
  const burst = Array.from({ length: 150 }, (_, index) => incident(index + 10, { rootId: 2 }))
  const list = mergeIncidents([incident(2, { closedAt: null }), incident(1, { closedAt: null })], { changed: burst })
  expect(list).toHaveLength(MAX_INCIDENTS_SHOWN)
  expect(list.slice(-3).map(({ id }) => id)).toEqual([62, 2, 1])
})
