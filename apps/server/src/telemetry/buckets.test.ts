import { expect, test } from 'vitest'
import type { SamplePoint } from '../store/tables/samples.ts'
import { bucketize } from './buckets.ts'

const at = (seconds: number, value: number | null, n = 1): SamplePoint => ({
  at: seconds * 1_000,
  spanMs: 1_000,
  fold: value === null ? null : [n, value, value, value],
})

test('points fold into intervals that keep their extremes, and gaps stay gaps', () => {
  const points = [at(0, 1), at(1, 5), at(2, null), at(3, null), at(4, 2)]
  expect(bucketize(points, { from: 0, to: 6_000, points: 3 })).toEqual([
    [0, 3, 1, 5],
    [2_000, null, null, null],
    [4_000, 2, 2, 2],
  ])
})

test('where nothing was sampled, one empty interval says so', () => {
  expect(bucketize([at(0, 1), at(9, 1)], { from: 0, to: 10_000, points: 10 })).toEqual([
    [0, 1, 1, 1],
    [1_000, null, null, null],
    [9_000, 1, 1, 1],
  ])
})

test('a mean counts as much as the samples behind it', () => {
  const [bucket] = bucketize([at(0, 0, 59), at(1, 60, 1)], { from: 0, to: 2_000, points: 1 })
  expect(bucket).toEqual([0, 1, 0, 60])
})

test('a period that began before the range is part of it', () => {
  const minute = { ...at(0, 7), spanMs: 60_000 }
  expect(bucketize([minute], { from: 30_000, to: 60_000, points: 2 })).toEqual([[30_000, 7, 7, 7]])
  expect(bucketize([at(0, 7)], { from: 30_000, to: 60_000, points: 2 })).toEqual([])
})

test('what is known by the hour has no gaps between its hours, however fine the intervals', () => {
  const hours = [0, 1, 2, 4].map((hour) => ({ ...at(hour * 3_600, hour), spanMs: 3_600_000 }))
  const buckets = bucketize(hours, { from: 0, to: 5 * 3_600_000, points: 50 })
  expect(buckets.map(([, mean]) => mean)).toEqual([0, 1, 2, null, 4])
})

test('points come in any order', () => {
  const buckets = bucketize([at(4, 4), at(0, 0), at(2, 2)], { from: 0, to: 6_000, points: 3 })
  expect(buckets.map(([begin]) => begin)).toEqual([0, 2_000, 4_000])
})
