import { expect, test } from 'vitest'
import { bucketize, frameOf } from './buckets'

test('a frame stands on a grid, so that an interval keeps its points', () => {
  expect(frameOf(100_500, 5)).toEqual({ from: -198_000, to: 102_000, stepMs: 2_000 })
  expect(frameOf(101_900, 5)).toEqual(frameOf(100_500, 5))
})

test('values fold into intervals by mean or by their largest; nothing is a gap', () => {
  const series = { at: [0, 1_000, 2_000, 8_000], values: { a: [1, 3, null, 5], at: [null, null, null, 7] } }
  const frame = { from: 0, to: 10_000, stepMs: 2_000 }
  const valuesOf = (fold: 'mean' | 'max') =>
    bucketize(series, frame, fold).map(({ values }) => [values.get('a'), values.get('at')])
  expect(valuesOf('mean')).toEqual([
    [2, null],
    [null, null],
    [null, null],
    [null, null],
    [5, 7],
  ])
  expect(valuesOf('max')[0]).toEqual([3, null])
})

test('what is known every five seconds is a line on a finer grid; what is further apart is not', () => {
  const series = { at: [0, 5_000, 12_000], values: { a: [1, 2, 3] } }
  const frame = { from: 0, to: 14_000, stepMs: 2_000 }
  expect(bucketize(series, frame).map(({ values }) => values.get('a'))).toEqual([1, 1, 2, null, null, null, 3])
})

test('the interval that has just begun takes in a whole one until now', () => {
  const frame = { from: 0, to: 4_000, stepMs: 2_000 }
  const lastOf = (at: readonly number[], a: readonly (number | null)[], fold: 'mean' | 'max' = 'mean') =>
    bucketize({ at: [...at], values: { a: [...a] } }, frame, fold)
      .at(-1)!
      .values.get('a')
  expect(lastOf([0, 1_000, 2_000], [0, 10, 0])).toBe(5)
  expect(lastOf([0, 1_000, 2_000, 3_000], [0, 10, 0, 4])).toBe(2)
  // What ended earlier is not drawn on.
  expect(lastOf([0, 1_000], [0, 10])).toBeNull()
  expect(lastOf([0, 1_000, 2_000], [10, 10, null])).toBeNull()
  expect(lastOf([0, 1_000, 2_000, 3_000], [0, null, null, 4])).toBe(4)
  // A peak is in one interval.
  expect(lastOf([0, 1_000, 2_000], [0, 99, 0], 'max')).toBe(0)
})
