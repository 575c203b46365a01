import type { BoardRow, Handle } from '@plugboard/protocol'

interface SortedRows {
  readonly handles: readonly Handle[]
  readonly rows: readonly BoardRow[]
}

/** The order of names: plugin 2 before plugin 10, and each language by its own rules. */
export const nameOrder = new Intl.Collator(undefined, { numeric: true })

const known = new WeakMap<ReadonlyMap<Handle, BoardRow>, SortedRows>()
let last: SortedRows = { handles: [], rows: [] }

/** The board's rows by name; the same array for the same board. */
export function sortedRows(rows: ReadonlyMap<Handle, BoardRow>): readonly BoardRow[] {
  const sorted = known.get(rows) ?? sameOrder(last, rows) ?? sortAnew(rows)
  known.set(rows, sorted)
  last = sorted
  return sorted.rows
}

/** Figures change four times a second, names hardly ever: sorting 1,000 of them each time would be felt. */
function sameOrder(before: SortedRows, rows: ReadonlyMap<Handle, BoardRow>): SortedRows | null {
  if (before.handles.length !== rows.size) return null
  const next: BoardRow[] = []
  for (const [index, handle] of before.handles.entries()) {
    const row = rows.get(handle)
    if (row?.name !== before.rows[index]!.name) return null
    next.push(row)
  }
  return { handles: before.handles, rows: next }
}

function sortAnew(rows: ReadonlyMap<Handle, BoardRow>): SortedRows {
  const entries = [...rows].sort(([, a], [, b]) => nameOrder.compare(a.name, b.name))
  return { handles: entries.map(([handle]) => handle), rows: entries.map(([, row]) => row) }
}
