import { expect, test } from 'vitest'
import { marksWithin, type EventMark } from './event-marks'

const mark = (at: number, kind: EventMark['kind'] = 'config'): EventMark => ({ at, kind, label: '' })

test('marks outside the frame are left out, and those of a kind that fall together are one', () => {
  const frame = { from: 1_000, to: 11_000, stepMs: 1_000 }
  const shown = marksWithin([mark(500), mark(5_900), mark(5_100), mark(5_500, 'failure'), mark(9_000)], frame)
  expect(shown.map(({ at, kind }) => [at, kind])).toEqual([
    [5_100, 'config'],
    [5_500, 'failure'],
    [9_000, 'config'],
  ])
})
