import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  BOARD_COLUMNS,
  decodeBoard,
  diffRows,
  encodeRow,
  mergeBoard,
  type BoardRow,
  type BoardSnapshot,
  type Handle,
} from './board.ts'

const totals = {
  manager: {
    totalPlugins: 0,
    activePlugins: 0,
    errorPlugins: 0,
    loadedPluginTypes: {},
    totalEventsProcessed: 0,
    totalErrors: 0,
    totalMemoryUsage: 0,
    sharedData: { keys: 0, bytes: 0 },
    waitingMessages: { count: 0, bytes: 0 },
  },
  bus: { totalPublished: 0, totalSubscribers: 0, eventsByType: {} },
  storeTrouble: null,
  logOutput: { trouble: null, lostLines: 0 },
}
const row: fc.Arbitrary<BoardRow> = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  state: fc.constantFrom('active', 'error', 'loaded'),
  memoryBytes: fc.option(fc.nat()),
  lastActivity: fc.option(fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e15, noNaN: true }))),
  p95Ms: fc.option(fc.double({ min: 0, max: 1e15, noNaN: true })),
  eventsProcessed: fc.nat(),
}) as fc.Arbitrary<Partial<BoardRow>> as fc.Arbitrary<BoardRow>
const whole = (partial: Partial<BoardRow>): BoardRow =>
  Object.fromEntries(BOARD_COLUMNS.map((column) => [column, partial[column] ?? null])) as unknown as BoardRow
const rows: fc.Arbitrary<ReadonlyMap<Handle, BoardRow>> = fc
  .uniqueArray(fc.tuple(fc.nat(20), row), { selector: ([handle]) => handle })
  .map((entries) => new Map(entries.map(([handle, partial]) => [handle, whole(partial)])))
const snapshotOf = (of: ReadonlyMap<Handle, BoardRow>): BoardSnapshot => ({
  columns: [...BOARD_COLUMNS],
  rows: [...of].map(([handle, one]) => encodeRow(handle, one)),
  ...totals,
})

test('a snapshot and the deltas that follow are the newest rows, through JSON', () => {
  fc.assert(
    fc.property(fc.array(rows, { minLength: 1, maxLength: 6 }), (history) => {
      let board = decodeBoard(JSON.parse(JSON.stringify(snapshotOf(history[0]!))) as BoardSnapshot)
      for (let at = 1; at < history.length; at += 1) {
        const delta = diffRows(history[at - 1]!, history[at]!)
        if (delta) board = mergeBoard(board, JSON.parse(JSON.stringify(delta)))
      }
      const byHandle = (a: [Handle, BoardRow], b: [Handle, BoardRow]): number => a[0] - b[0]
      expect([...board.rows].toSorted(byHandle)).toEqual([...history.at(-1)!].toSorted(byHandle))
    }),
  )
})

test('what did not change is not sent, and keeps its object', () => {
  const before = new Map([
    [1, whole({ id: 'a', eventsProcessed: 1 })],
    [2, whole({ id: 'b' })],
  ])
  const after = new Map([
    [1, whole({ id: 'a', eventsProcessed: 2 })],
    [2, whole({ id: 'b' })],
  ])
  const delta = diffRows(before, after)!
  // Counters say by how much.
  expect(delta).toEqual({ changed: [[1, BOARD_COLUMNS.length + BOARD_COLUMNS.indexOf('eventsProcessed'), 1]] })
  const board = decodeBoard(snapshotOf(before))
  expect(mergeBoard(board, delta).rows.get(2)).toBe(board.rows.get(2))
  expect(diffRows(after, after)).toBeUndefined()
})
