import { expect, test } from 'vitest'
import { SeriesRing } from './series-ring.ts'

test('the last seconds have a value each; samples that are a little late leave no hole, missing ones do', () => {
  const ring = new SeriesRing(['rate'] as const, 8)
  expect(ring.lastSeconds('rate', 3)).toEqual([])
  for (const [at, rate] of [
    [0, 1],
    [1_004, 2],
    [1_997, 3],
    [4_999, 4],
    [6_003, null],
    [7_000, 5],
  ] as const)
    ring.push({ at, values: { rate } })
  expect(ring.lastSeconds('rate', 6)).toEqual([3, null, null, 4, null, 5])
  expect(ring.lastSeconds('rate', 2)).toEqual([null, 5])
})
