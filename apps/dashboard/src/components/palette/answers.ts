import type { BoardRow } from '@plugboard/protocol'

/** What the palette can rank plugins by: `top cpu`. */
export const TOPS = {
  cpu: (row: BoardRow) => row.cpuPercent,
  memory: (row: BoardRow) => row.memoryBytes,
  events: (row: BoardRow) => row.eventsPerSecond,
  errors: (row: BoardRow) => row.errorRate60s,
  latency: (row: BoardRow) => row.p95Ms,
  lost: (row: BoardRow) => row.lostPerMinute,
} as const
export type Top = keyof typeof TOPS

const SHOWN = 5

/** The plugins with the largest values, the largest first; those without any are left out. */
export function topOf(rows: readonly BoardRow[], top: Top): { readonly row: BoardRow; readonly value: number }[] {
  const valueOf = TOPS[top]
  return rows
    .flatMap((row) => {
      const value = valueOf(row)
      return value !== null && value > 0 ? [{ row, value }] : []
    })
    .sort((a, b) => b.value - a.value)
    .slice(0, SHOWN)
}
