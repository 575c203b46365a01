import { OTHERS } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { withOthers } from './with-others'

test('what is left of the total is one more column where it matters; a gap stays a gap', () => {
  const named = { at: [0, 1, 2], values: { a: [1, 2, null], b: [3, 4, null] } }
  expect(withOthers(named, [10, 6, null]).values[OTHERS]).toEqual([6, 0, null])
  expect(withOthers(named, [4.01, 6, null])).toBe(named)
})
