import type { BoardRow } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { formatSorting, nextSorting, parseSorting, sortRows } from './columns'

const row = (id: string, memoryBytes: number | null): BoardRow => ({ id, name: id, memoryBytes }) as BoardRow

test('a head that is pressed goes through both orders and back to none', () => {
  const first = nextSorting(null, 'memory')
  expect(first).toEqual({ key: 'memory', descending: true })
  expect(nextSorting(first, 'memory')).toEqual({ key: 'memory', descending: false })
  expect(nextSorting({ key: 'memory', descending: false }, 'memory')).toBeNull()
  expect(nextSorting(first, 'name')).toEqual({ key: 'name', descending: false })
})

test('an order survives in the address; what is no column is none', () => {
  expect(parseSorting('-memory')).toEqual({ key: 'memory', descending: true })
  expect(formatSorting({ key: 'memory', descending: true })).toBe('-memory')
  expect([parseSorting(null), parseSorting('-'), parseSorting('constructor')]).toEqual([null, null, null])
})

test('what is absent is less than anything, and equal rows keep their order', () => {
  const rows = [row('a', 1), row('b', null), row('c', 2), row('d', 1)]
  const ids = (descending: boolean) => sortRows(rows, { key: 'memory', descending }).map(({ id }) => id)
  expect(ids(false)).toEqual(['b', 'a', 'd', 'c'])
  expect(ids(true)).toEqual(['c', 'a', 'd', 'b'])
})
