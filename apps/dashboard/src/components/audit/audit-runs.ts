import type { AuditView } from '@plugboard/protocol'

/** So many of the same in a row, and they are shown as one line. */
const LEAST = 4

/** Entries that followed each other: the same done by the same actor to the same target, with the same result. The newest first. */
export type AuditRun = readonly [AuditView, ...AuditView[]]

/**
 * Folds what a program does over and over, so that what people did stays in sight. Short runs stay single entries.
 * @param rows the newest first
 */
export function auditRuns(rows: readonly AuditView[]): AuditRun[] {
  const runs: [AuditView, ...AuditView[]][] = []
  for (const row of rows) {
    const last = runs.at(-1)
    if (last && isSame(last[0], row)) last.push(row)
    else runs.push([row])
  }
  return runs.flatMap((run) => (run.length < LEAST ? run.map((row): AuditRun => [row]) : [run]))
}

function isSame(one: AuditView, other: AuditView): boolean {
  const keys = ['actor', 'operation', 'target', 'result'] as const
  return keys.every((key) => one[key] === other[key])
}
