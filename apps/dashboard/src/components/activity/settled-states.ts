import type { TimelineView } from '@plugboard/protocol'

/** A state that was over sooner is one that a plugin has only passed through. */
const PASSING_MS = 5_000

/**
 * Leaves out the states that a plugin has only passed through, on its way to another: a load is one line, not four.
 * Active and error are never left out.
 * @param entries of one plugin or of several, the newest first
 */
export function settledStates(entries: readonly TimelineView[]): TimelineView[] {
  const next = new Map<string | null, TimelineView>()
  return entries.filter((entry) => {
    if (entry.kind !== 'state' && entry.kind !== 'failure') return true
    if (typeof entry.detail?.state !== 'string') return true
    const after = next.get(entry.pluginId)
    const isPassed = after !== undefined && after.at - entry.at < PASSING_MS
    next.set(entry.pluginId, entry)
    return !isPassed || entry.detail?.state === 'active' || entry.detail?.state === 'error'
  })
}
