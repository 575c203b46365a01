import { expect, test } from 'vitest'
import { gridOf, onGrid, type PastPoint } from './past-grid'

const frame = { from: 0, to: 8_000, stepMs: 1_000 }
const point = (at: number, value: number | null): PastPoint => [at, value, value, value === null ? null : value + 1]

test('a value holds until the next one; only a null is a gap; what comes later stands where it belongs', () => {
  const values = onGrid([point(2_000, 5), point(4_000, 7), point(5_000, null), point(7_000, 9)], frame, 'mean')
  expect(values).toEqual([null, null, 5, 5, 7, null, null, 9])
  expect(onGrid([point(7_000, 1)], frame, 'max')).toEqual([null, null, null, null, null, null, null, 2])
  expect(gridOf(frame)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000])
})

test('what began before the frame is cut to it, and the last one stands as long as the one before it', () => {
  expect(onGrid([point(-1_000, 1), point(2_000, 2)], frame, 'mean').slice(0, 6)).toEqual([1, 1, 2, 2, 2, null])
})
