import type { DisabledTogether } from '@plugboard/protocol'
import type { PluginRow } from '../store/tables/plugins.ts'

/** Stopping a plugin takes seconds: two that were disabled within this time of each other belong together. */
const MAX_GAP_MS = 60_000

/** The plugins that one person disabled in one go and that still are, the newest set first. */
export function disabledSets(rows: Iterable<PluginRow>): DisabledTogether[] {
  const newestFirst = [...rows]
    .flatMap(({ id, desired, disabled }) => (desired === 'loaded' && disabled ? [{ id, ...disabled }] : []))
    .toSorted((a, b) => b.at - a.at)
  const sets: { at: number; by: string; ids: string[] }[] = []
  let earliest = 0
  for (const { id, at, by } of newestFirst) {
    const last = sets.at(-1)
    if (last && by === last.by && earliest - at <= MAX_GAP_MS) last.ids.push(id)
    else sets.push({ at, by, ids: [id] })
    earliest = at
  }
  return sets
}
