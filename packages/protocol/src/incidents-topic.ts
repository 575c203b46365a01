import type { IncidentView } from './record-view.ts'

export const MAX_INCIDENTS_SHOWN = 100

/** The last incidents, the newest first. */
export type IncidentList = readonly IncidentView[]

export interface IncidentsDelta {
  /** New ones, and those that have changed. */
  readonly changed: readonly IncidentView[]
}

export function mergeIncidents(list: IncidentList, { changed }: IncidentsDelta): IncidentList {
  const byId = new Map([...list, ...changed].map((incident) => [incident.id, incident]))
  return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, MAX_INCIDENTS_SHOWN)
}
