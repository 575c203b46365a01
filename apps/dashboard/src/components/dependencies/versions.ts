import type { BoardRow } from '@plugboard/protocol'

/** Changes when the graph may have: plugins that come, go, are of another version, enabled or disabled. */
export function versionsOf(rows: readonly BoardRow[]): string {
  return rows.map(({ id, version, enabled }) => `${id}@${version}${enabled ? '' : ' off'}`).join(' ')
}
