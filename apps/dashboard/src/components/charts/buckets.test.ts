import { expect, test } from 'vitest'
import { bucketize, frameOf } from './buckets'

test('a frame stands on a grid, so that an interval keeps its points', () => {
  expect(frameOf(100_500, 5)).toEqual({ from: -198_000, to: 102_000, stepMs: 2_000 })
  expect(frameOf(101_900, 5)).toEqual(frameOf(100_500, 5))
})

test('values fold into intervals by mean or by their largest; nothing is a gap', () => {
  const series = { at: [0, 1_000, 4_000], values: { a: [1, 3, 5], at: [null, null, 7] } }
  const frame = { from: 0, to: 6_000, stepMs: 2_000 }
  const valuesOf = (fold: 'mean' | 'max') =>
    bucketize(series, frame, fold).map(({ values }) => Object.fromEntries(values))
  expect(valuesOf('mean')).toEqual([
    { a: 2, at: null },
    { a: null, at: null },
    { a: 5, at: 7 },
  ])
  expect(valuesOf('max')[0]).toEqual({ a: 3, at: null })
})
