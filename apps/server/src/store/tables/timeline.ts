import type { Selectable } from 'kysely'
import { read, write } from '../query.ts'
import type { StoreSchema } from '../schema.ts'

/** Rows kept, over all plugins; the oldest give way. */
const MAX_ROWS = 200_000

export interface TimelineEntry {
  readonly at: number
  /** The host that it happened on. */
  readonly node: string
  /** Null: it is about the server. */
  readonly pluginId: string | null
  readonly kind: 'state' | 'failure' | 'config' | 'grants' | 'restart-policy' | 'version' | 'operation' | 'server'
  readonly severity: 'info' | 'warning' | 'bad'
  /** What happened, in one word; what the sentence is made of is in `detail`. Null: older than such words. */
  readonly code: string | null
  /** One plain sentence. */
  readonly title: string
  /** The actor; null where it happened without one. */
  readonly actor: string | null
  readonly incidentId: number | null
  readonly detail: Readonly<Record<string, unknown>> | null
}

export interface TimelineRow extends TimelineEntry {
  readonly id: number
}

export const timeline = {
  add: write(async (db, entries: readonly TimelineEntry[]) => {
    for (const { pluginId, incidentId, detail, ...entry } of entries) {
      const values = {
        ...entry,
        plugin_id: pluginId,
        incident_id: incidentId,
        detail: detail && JSON.stringify(detail),
      }
      await db.insertInto('timeline').values(values).execute()
    }
    const { last } = await db
      .selectFrom('timeline')
      .select((row) => row.fn.coalesce(row.fn.max('id'), row.lit(0)).as('last'))
      .executeTakeFirstOrThrow()
    await db
      .deleteFrom('timeline')
      .where('id', '<=', last - MAX_ROWS)
      .execute()
  }),

  /** The states of one plugin since a moment, and the one before, the oldest first. */
  states: read(
    async (
      db,
      { pluginId, from, limit }: { readonly pluginId: string; readonly from: number; readonly limit: number },
    ): Promise<TimelineRow[]> => {
      const states = db
        .selectFrom('timeline')
        .selectAll()
        .where('plugin_id', '=', pluginId)
        .where('kind', '=', 'state')
        .orderBy('id', 'desc')
      const since = await states.where('at', '>=', from).limit(limit).execute()
      const before = since.length < limit ? await states.where('at', '<', from).limit(1).execute() : []
      return [...since, ...before].toReversed().map(toRow)
    },
  ),

  /** Newest first. */
  list: read(
    async (
      db,
      {
        pluginId,
        kind,
        since,
        before,
        limit,
      }: {
        readonly pluginId?: string | undefined
        readonly kind?: TimelineEntry['kind'] | undefined
        readonly since?: number | undefined
        readonly before?: number | undefined
        readonly limit: number
      },
    ): Promise<TimelineRow[]> => {
      let query = db.selectFrom('timeline').selectAll().orderBy('id', 'desc').limit(limit)
      if (pluginId !== undefined) query = query.where('plugin_id', '=', pluginId)
      if (kind !== undefined) query = query.where('kind', '=', kind)
      if (since !== undefined) query = query.where('at', '>=', since)
      if (before !== undefined) query = query.where('id', '<', before)
      const rows = await query.execute()
      return rows.map(toRow)
    },
  ),
}

function toRow({ plugin_id, incident_id, detail, ...row }: Selectable<StoreSchema['timeline']>): TimelineRow {
  return {
    ...(row as Pick<TimelineRow, 'id' | 'node' | 'at' | 'kind' | 'severity' | 'code' | 'title' | 'actor'>),
    pluginId: plugin_id,
    incidentId: incident_id,
    detail: detail === null ? null : (JSON.parse(detail) as Record<string, unknown>),
  }
}
