import { expect, test } from 'vitest'
import { idsText, parseIds } from './id-list'

test('an address may hold anything: ids are taken once, empty ones are left out, and what is too much is cut', () => {
  expect(parseIds(null, 8)).toEqual([])
  expect(parseIds('', 8)).toEqual([])
  expect(parseIds('a,,b,a', 8)).toEqual(['a', 'b'])
  expect(parseIds('1,2,3,4,5,6,7,8,9', 8)).toHaveLength(8)
})

test('no ids are nothing in the address', () => {
  expect(idsText(['a', 'b'])).toBe('a,b')
  expect(idsText([])).toBeNull()
})
