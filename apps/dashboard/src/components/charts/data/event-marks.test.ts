import { expect, test } from 'vitest'
import type { IncidentView } from '@plugboard/protocol'
import { incidentMarks, marksWithin, type EventMark } from './event-marks'

const mark = (at: number, kind: EventMark['kind'] = 'config'): EventMark => ({ at, kind, label: '', pluginId: null })

test('marks outside the frame are left out, and those of a kind that fall together are one', () => {
  const frame = { from: 1_000, to: 11_000, stepMs: 1_000 }
  const shown = marksWithin([mark(500), mark(5_900), mark(5_100), mark(5_500, 'failure'), mark(9_000)], frame)
  expect(shown.map(({ at, kind }) => [at, kind])).toEqual([
    [5_100, 'config'],
    [5_500, 'failure'],
    [9_000, 'config'],
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
