import { OTHERS } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { fewNames } from './few-names'

test('the largest keep their names, the others are one, and the sum of each moment stays', () => {
  const names = Array.from({ length: 10 }, (_, index) => `p${index}`)
  const values = Object.fromEntries(names.map((name, index) => [name, [index, index === 0 ? null : 1]]))
  const { values: few } = fewNames({ at: [0, 1], values: { ...values, [OTHERS]: [100, null] } })
  expect(Object.keys(few)).toEqual(['p9', 'p8', 'p7', 'p6', 'p5', 'p4', 'p3', 'p2', OTHERS])
  expect(few[OTHERS]).toEqual([101, 1])
  const series = { at: [0], values: { a: [1] } }
  expect(fewNames(series)).toBe(series)
})
