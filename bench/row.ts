/** The goal of a figure, absolute or relative to the peer in the same run. */
export interface Goal {
  /** `ratio` is ours divided by the peer's. */
  readonly of: 'ratio' | 'ours'
  readonly is: 'at least' | 'at most'
  readonly value: number
}

/** One figure beside that of a peer in the same run. */
export interface Row {
  readonly bench: string
  readonly ours: number
  /** Null where there is nothing to compare with. */
  readonly peer: number | null
  readonly peerName: string | null
  readonly unit: string
  readonly goal: Goal | null
}

/** A row as it is kept and printed: one JSON object a line. */
export interface JudgedRow extends Row {
  readonly ratio: number | null
  /** Null where there is no goal. */
  readonly met: boolean | null
}

export function judge(row: Row): JudgedRow {
  const ratio = row.peer === null ? null : row.ours / row.peer
  const { goal } = row
  const measured = goal?.of === 'ratio' ? ratio : row.ours
  const met = goal && measured !== null && (goal.is === 'at least' ? measured >= goal.value : measured <= goal.value)
  return { ...row, ratio, met }
}

export function printTable(rows: readonly JudgedRow[]): void {
  const cells = rows.map((row) => [
    row.bench,
    `${format(row.ours)} ${row.unit}`,
    row.peer === null ? '' : `${format(row.peer)} ${row.unit}  ${row.peerName}`,
    row.ratio?.toFixed(2) ?? '',
    row.goal
      ? `${row.goal.is === 'at least' ? '≥' : '≤'} ${row.goal.value} ${row.goal.of === 'ratio' ? '×' : row.unit}`
      : '',
    row.met === null ? '' : row.met ? 'met' : 'MISSED',
  ])
  const all = [['bench', 'ours', 'peer', 'ratio', 'goal', ''], ...cells]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)))
  for (const line of all)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
}

export function printJson(rows: readonly JudgedRow[]): void {
  for (const row of rows) console.log(JSON.stringify(row))
}

function format(value: number): string {
  return new Intl.NumberFormat('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 }).format(value)
}
