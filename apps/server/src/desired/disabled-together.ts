import type { DisabledTogether } from '@plugboard/protocol'
import type { PluginRow } from '../store/tables/plugins.ts'

/** Stopping a plugin takes seconds: two that were disabled within this time of each other belong together. */
const MAX_GAP_MS = 60_000

/** The most recent set of plugins that were disabled together; null if none is known. */
export function lastDisabledTogether(rows: Iterable<PluginRow>): DisabledTogether | null {
  const newestFirst = [...rows]
    .flatMap(({ id, desired, disabled }) => (desired === 'loaded' && disabled ? [{ id, ...disabled }] : []))
    .toSorted((a, b) => b.at - a.at)
  const [last] = newestFirst
  if (!last) return null
  const ids: string[] = []
  let earliest = last.at
  for (const { id, at, by } of newestFirst) {
    if (by !== last.by || earliest - at > MAX_GAP_MS) break
    earliest = at
    ids.push(id)
  }
  return { at: last.at, by: last.by, ids }
}
