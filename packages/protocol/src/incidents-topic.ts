import type { IncidentView } from './record-view.ts'

export const MAX_INCIDENTS_SHOWN = 100

/** The last incidents, newest first. If there are too many, closed incidents that have a root are removed first. */
export type IncidentList = readonly IncidentView[]

export interface IncidentsDelta {
  /** New ones, and those that have changed. */
  readonly changed: readonly IncidentView[]
}

export function mergeIncidents(list: IncidentList, { changed }: IncidentsDelta): IncidentList {
  const byId = new Map([...list, ...changed].map((incident) => [incident.id, incident]))
  const newestFirst = [...byId.values()].sort((a, b) => b.id - a.id)
  if (newestFirst.length <= MAX_INCIDENTS_SHOWN) return newestFirst
  // A stable sort: the newest of each rank stay in front.
  const kept = new Set([...newestFirst].sort((a, b) => rankOf(a) - rankOf(b)).slice(0, MAX_INCIDENTS_SHOWN))
  return newestFirst.filter((incident) => kept.has(incident))
}

function rankOf({ closedAt, rootId }: IncidentView): number {
  if (closedAt === null) return rootId === null ? 0 : 1
  return rootId === null ? 2 : 3
}
