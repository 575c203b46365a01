import type { BoardRow, Handle } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { sortedRows } from './sorted-rows.ts'

const row = (name: string, eventsProcessed = 0): BoardRow => ({ name, eventsProcessed }) as BoardRow
const board = (...rows: readonly (readonly [Handle, BoardRow])[]): ReadonlyMap<Handle, BoardRow> => new Map(rows)
const names = (rows: readonly BoardRow[]): string[] => rows.map(({ name }) => name)

test('rows stand by name, numbers as numbers; the same array for the same board', () => {
  const first = board([1, row('plugin 10')], [2, row('Plugin 2')], [3, row('alpha')])
  expect(names(sortedRows(first))).toEqual(['alpha', 'Plugin 2', 'plugin 10'])
  expect(sortedRows(first)).toBe(sortedRows(first))
})

test('figures that change are taken over; a new name, or one more or less, is sorted anew', () => {
  const before = board([1, row('b')], [2, row('a')])
  sortedRows(before)
  expect(sortedRows(board([1, row('b', 7)], [2, row('a')])).map((one) => one.eventsProcessed)).toEqual([0, 7])
  expect(names(sortedRows(board([1, row('b')], [2, row('c')])))).toEqual(['b', 'c'])
  expect(names(sortedRows(board([1, row('b')], [3, row('0')], [2, row('a')])))).toEqual(['0', 'a', 'b'])
  expect(names(sortedRows(board([1, row('b')])))).toEqual(['b'])
})
