import type { BoardRow } from '@plugboard/protocol'

/** Changes when the graph may have: plugins that come, go, or are of another version. */
export function versionsOf(rows: readonly BoardRow[]): string {
  return rows.map(({ id, version }) => `${id}@${version}`).join(' ')
}
