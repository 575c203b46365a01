/** One figure beside that of a peer in the same run. */
export interface Row {
  readonly bench: string
  readonly ours: number
  /** Null where there is nothing to compare with. */
  readonly peer: number | null
  readonly peerName: string | null
  readonly unit: string
}

export function printTable(rows: readonly Row[]): void {
  const shown = rows.map((row) => ({
    bench: row.bench,
    ours: `${format(row.ours)} ${row.unit}`,
    peer: row.peer === null ? '' : `${format(row.peer)} ${row.unit}  ${row.peerName}`,
    ratio: ratioOf(row)?.toFixed(2) ?? '',
  }))
  const width = (key: 'bench' | 'ours' | 'peer'): number => Math.max(key.length, ...shown.map((row) => row[key].length))
  const line = (row: { bench: string; ours: string; peer: string; ratio: string }): string =>
    [
      row.bench.padEnd(width('bench')),
      row.ours.padStart(width('ours')),
      row.peer.padEnd(width('peer')),
      row.ratio,
    ].join('  ')
  console.log(line({ bench: 'bench', ours: 'ours', peer: 'peer', ratio: 'ratio' }))
  for (const row of shown) console.log(line(row))
}

/** One JSON object a line. */
export function printJson(rows: readonly Row[]): void {
  for (const row of rows) console.log(JSON.stringify({ ...row, ratio: ratioOf(row) }))
}

function ratioOf({ ours, peer }: Row): number | null {
  return peer === null ? null : ours / peer
}

function format(value: number): string {
  return new Intl.NumberFormat('en', { maximumFractionDigits: value < 10 ? 2 : 0 }).format(value)
}
