import type { BoardRow } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { COLUMNS, fitColumns, formatSorting, nextSorting, parseSorting, sortRows } from './columns'

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

test('as many columns are shown as there is room for, those that matter most first, in their order', () => {
  expect(fitColumns(COLUMNS, 328)).toEqual({ shown: ['state'], selectable: false, withActions: false })
  const desk = fitColumns(COLUMNS, 1_160)
  expect(desk).toMatchObject({ selectable: true, withActions: true })
  expect(desk.shown).toEqual(['state', 'health', 'events', 'errors', 'lost', 'memory', 'cpu', 'uptime'])
  expect(fitColumns(COLUMNS, 1_600).shown).toEqual(COLUMNS)
  // What is not chosen makes room.
  expect(fitColumns(['state', 'p95', 'mailbox', 'spark'], 1_160).shown).toEqual(['state', 'spark', 'p95', 'mailbox'])
})

test('names are ordered as people order them', () => {
  const rows = ['plugin 10', 'Plugin 2', 'alpha'].map((name) => row(name, null))
  expect(sortRows(rows, { key: 'name', descending: false }).map(({ id }) => id)).toEqual([
    'alpha',
    'Plugin 2',
    'plugin 10',
  ])
})
