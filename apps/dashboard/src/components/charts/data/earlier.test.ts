import { expect, test } from 'vitest'
import { bucketize } from './buckets'
import { frameBefore, withEarlier } from './earlier'

test('the time before a frame lies on its rows, interval by interval', () => {
  const frame = { from: 4_000, to: 8_000, stepMs: 1_000 }
  const before = frameBefore(frame)
  expect(before).toEqual({ from: 0, to: 4_000, stepMs: 1_000 })
  const rows = bucketize({ at: [4_500, 5_500, 6_500, 7_500], values: { a: [5, 6, 7, 8] } }, frame)
  const earlier = { series: { at: [500, 1_500, 2_500, 3_500], values: { a: [1, 2, null, 4] } }, frame: before }
  expect(
    withEarlier(rows, earlier, 'mean').map(({ at, values }) => [at, values.get('a'), values.get('a earlier')]),
  ).toEqual([
    [4_500, 5, 1],
    [5_500, 6, 2],
    [6_500, 7, null],
    [7_500, 8, 4],
  ])
})
