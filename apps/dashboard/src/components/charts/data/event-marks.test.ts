import { expect, test } from 'vitest'
import type { IncidentView } from '@plugboard/protocol'
import { groupMarks, incidentMarks, marksWithin, type EventMark } from './event-marks'

const mark = (at: number, kind: EventMark['kind'] = 'config'): EventMark => ({ at, kind, label: '', pluginId: null })

test('marks outside the frame are left out', () => {
  const shown = marksWithin([mark(500), mark(9_000), mark(5_100), mark(11_001)], { from: 1_000, to: 11_000 })
  expect(shown.map(({ at }) => at)).toEqual([5_100, 9_000])
})

test('marks that would cover each other are one group, whose sign is the worst of them', () => {
  const marks = [mark(5_100, 'restart'), mark(5_500, 'failure'), mark(6_099), mark(6_100), mark(9_000)]
  const groups = groupMarks(marks, 1_000)
  expect(groups.map(({ at, kind, marks: { length } }) => [at, kind, length])).toEqual([
    [5_100, 'failure', 3],
    [6_100, 'config', 1],
    [9_000, 'config', 1],
  ])
})

test('an incident is marked where it began, with whose it is; what it took down is not', () => {
  const incident: IncidentView = {
    id: 1,
    node: 'here',
    pluginId: 'one',
    error: { code: 'PLUGIN_CRASHED', message: 'one crashed', details: null },
    openedAt: 5_000,
    lastAt: 5_000,
    evidence: null,
    closedAt: null,
    occurrences: 1,
    rootId: null,
    affected: ['two'],
  }
  const marks = incidentMarks([incident, { ...incident, id: 2, pluginId: 'two', rootId: 1 }], {
    error: (e) => e.message,
  })
  expect(marks).toEqual([{ at: 5_000, kind: 'failure', label: 'one: one crashed', pluginId: 'one' }])
})
