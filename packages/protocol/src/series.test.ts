import { expect, test } from 'vitest'
import { appendPoint, type Series } from './series.ts'

test('a series keeps its last points, and a name that comes or goes leaves gaps', () => {
  let series: Series = { at: [], values: {} }
  series = appendPoint(series, { at: 1, values: { a: 1 } }, 3)
  series = appendPoint(series, { at: 2, values: { a: 2, b: 20 } }, 3)
  expect(series).toEqual({ at: [1, 2], values: { a: [1, 2], b: [null, 20] } })
  series = appendPoint(series, { at: 3, values: { b: null } }, 3)
  series = appendPoint(series, { at: 4, values: {} }, 3)
  expect(series).toEqual({ at: [2, 3, 4], values: { a: [2, null, null], b: [20, null, null] } })
  series = appendPoint(series, { at: 5, values: {} }, 3)
  expect(series).toEqual({ at: [3, 4, 5], values: {} })
})
