import { expect, test } from 'vitest'
import { bucketize } from './buckets.ts'

test('points fold into intervals that keep their extremes; a gap is null', () => {
  const at = [0, 1_000, 2_000, 3_000, 4_000, 5_000]
  expect(bucketize(at, [1, 5, null, null, 2, 4], { from: 0, to: 6_000, points: 3 })).toEqual([
    [0, 3, 1, 5],
    [2_000, null, null, null],
    [4_000, 3, 2, 4],
  ])
  expect(bucketize([], [], { from: 0, to: 0, points: 10 })).toEqual([])
})
