import type { TimelineView } from '@plugboard/protocol'

/** So many of the same in a row, and they are shown as one line. */
const LEAST = 4
/** An operation is noted when it is done: the last state that it has led to came just before. */
const LEADS_TO_MS = 1_000

/** One line of the activity: an entry, and those that are folded into it. */
export interface ActivityRun {
  /** The newest of them. */
  readonly entry: TimelineView
  /** The oldest of them began. */
  readonly since: number
  /** How often it happened. */
  readonly times: number
}

/**
 * Folds what programs do, so that what people did and what happened stays in sight: what is only counted, wherever it stands,
 * and long runs of the same operation. Each line stands where its newest entry does.
 * @param entries the newest first
 */
export function activityRuns(entries: readonly TimelineView[]): ActivityRun[] {
  const runs: { entry: TimelineView; members: TimelineView[] }[] = []
  const counted = new Map<string, TimelineView[]>()
  for (const entry of entries) {
    const last = runs.at(-1)
    if (timesOf(entry) !== null) {
      const known = counted.get(keyOf(entry))
      if (known) {
        known.push(entry)
        continue
      }
      const members = [entry]
      counted.set(keyOf(entry), members)
      runs.push({ entry, members })
    } else if (last && isSame(last.entry, entry)) last.members.push(entry)
    else runs.push({ entry, members: [entry] })
  }
  return runs.flatMap(({ entry, members }) => {
    const isCounted = timesOf(entry) !== null
    if (members.length > 1 && !isCounted && members.length < LEAST)
      return members.map((member) => ({ entry: member, since: member.at, times: 1 }))
    const times = members.reduce((sum, member) => sum + (timesOf(member) ?? 1), 0)
    return [{ entry, since: Math.min(...members.map(beginOf)), times }]
  })
}

/**
 * Leaves out what an operation says already: the state that the same plugin has come to by it, unless that was a failure.
 * @param entries the newest first
 */
export function withoutConsequences(entries: readonly TimelineView[]): TimelineView[] {
  const operated = new Map<string, number>()
  return entries.filter((entry) => {
    const { pluginId, at, severity } = entry
    if (pluginId === null) return true
    if (isOperation(entry)) operated.set(pluginId, at)
    const isState = typeof entry.detail?.state === 'string' && severity === 'info'
    return !isState || at < (operated.get(pluginId) ?? Infinity) - LEADS_TO_MS || !operated.has(pluginId)
  })
}

/** What was added up began before it was noted. */
function beginOf({ at, detail }: TimelineView): number {
  return typeof detail?.since === 'number' ? detail.since : at
}

function timesOf({ detail }: TimelineView): number | null {
  return typeof detail?.times === 'number' ? detail.times : null
}

function isSame(one: TimelineView, other: TimelineView): boolean {
  return isOperation(one) && timesOf(one) === null && keyOf(one) === keyOf(other)
}

function isOperation({ detail }: TimelineView): boolean {
  return typeof detail?.operation === 'string'
}

function keyOf({ code, kind, actor, pluginId, detail }: TimelineView): string {
  return JSON.stringify([code, kind, actor, pluginId, detail?.operation])
}
