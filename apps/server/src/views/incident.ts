import type { PluginManager } from '@plugboard/core'
import type { IncidentView, JsonObject, TimelineView } from '@plugboard/protocol'
import type { IncidentRow } from '../store/tables/incidents.ts'
import type { TimelineRow } from '../store/tables/timeline.ts'
import { lastErrorView } from './plugin.ts'

export function incidentView({ affected, evidence, ...row }: IncidentRow): IncidentView {
  return { ...row, affected: [...affected], evidence: evidence as JsonObject | null }
}

/** A state that is a failure is told as one. */
export function timelineView({ detail, kind, ...row }: TimelineRow): TimelineView {
  return { ...row, kind: row.code === 'failed' ? 'failure' : kind, detail: detail as JsonObject | null }
}

/** What is left of a plugin's failure, as it is kept with its incident. */
export function evidenceOf(manager: PluginManager, id: string): JsonObject | null {
  const error = manager.getPlugin(id)?.lastError
  if (!error) return null
  const { thrown, output, evidence } = lastErrorView(error)
  return JSON.parse(JSON.stringify({ thrown, output, ...evidence })) as JsonObject
}
