import type { BoardRow, Handle } from '@plugboard/protocol'

const known = new WeakMap<ReadonlyMap<Handle, BoardRow>, ReadonlyMap<string, BoardRow>>()

/** The board's rows by their ids; made once for the same board, however many parts of a page look for one of them. */
export function rowsById(rows: ReadonlyMap<Handle, BoardRow>): ReadonlyMap<string, BoardRow> {
  const byId = known.get(rows) ?? new Map([...rows.values()].map((row) => [row.id, row]))
  known.set(rows, byId)
  return byId
}
