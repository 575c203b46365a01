import type { IncidentsDelta } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import type { IncidentRow } from '../store/tables/incidents.ts'
import { LiveIncidents } from './live-incidents.ts'
import { TopicHub } from './topic-hub.ts'

const incident = (id: number, changes: Partial<IncidentRow> = {}): IncidentRow => ({
  id,
  node: 'here',
  pluginId: `plugin-${id}`,
  error: { code: 'PLUGIN_CRASHED', message: 'Exited.', details: null },
  openedAt: id * 1_000,
  lastAt: id * 1_000,
  closedAt: null,
  occurrences: 1,
  rootId: null,
  affected: [],
  evidence: null,
  ...changes,
})

function setUp(known: readonly IncidentRow[]) {
  const deltas: IncidentsDelta[] = []
  const hub = new TopicHub()
  hub.connect({
    hasListeners: () => true,
    emit: ({ delta }) => void deltas.push(delta as IncidentsDelta),
    resync: () => {},
  })
  return { deltas, incidents: new LiveIncidents(hub, known) }
}

test('begins with those of before, the newest first', () => {
  const { incidents, deltas } = setUp([incident(1), incident(2)])
  expect(incidents.snapshot().map(({ id }) => id)).toEqual([2, 1])
  expect(deltas).toEqual([])
})

test('a change of an incident takes its place in the list; a new one is added', () => {
  const { incidents, deltas } = setUp([incident(1)])
  incidents.takeIncident(incident(2))
  incidents.takeIncident(incident(1, { closedAt: 9_000, occurrences: 3 }))
  expect(incidents.snapshot().map(({ id, closedAt, occurrences }) => [id, closedAt, occurrences])).toEqual([
    [2, null, 1],
    [1, 9_000, 3],
  ])
  expect(deltas.map(({ changed }) => changed.map(({ id }) => id))).toEqual([[2], [1]])
})
