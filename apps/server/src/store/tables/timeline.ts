import type { Selectable } from 'kysely'
import { MAX_PAGE_BYTES, pageOf } from '../page.ts'
import { read, search, write } from '../query.ts'
import type { StoreSchema } from '../schema.ts'

/** Rows kept, over all plugins; the oldest give way. */
const MAX_ROWS = 200_000
/** Of the states that a start reads. */
const MAX_RECENT_BYTES = 32 * 1_024 * 1_024

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

  /** The last states of plugins since a moment, and of each the one before; all of them on one page, the oldest first. */
  states: read(
    async (
      db,
      { ids, from, limit }: { readonly ids: readonly string[]; readonly from: number; readonly limit: number },
    ): Promise<[id: string, states: TimelineRow[]][]> => {
      const found: [string, TimelineRow[]][] = []
      for (const id of ids) {
        const states = db
          .selectFrom('timeline')
          .selectAll()
          .where('plugin_id', '=', id)
          .where('kind', '=', 'state')
          .orderBy('id', 'desc')
        const since = await pageOf(states.where('at', '>=', from).limit(limit), toRow, MAX_PAGE_BYTES / ids.length)
        const oldest = since.at(-1)
        const [before] = await (oldest ? states.where('id', '<', oldest.id) : states.where('at', '<', from))
          .limit(1)
          .execute()
        // Where the page ends early, what was before it is not the state at that moment.
        const isWhole = before !== undefined && before.at < from && since.length < limit
        found.push([id, [...since, ...(isWhole ? [toRow(before)] : [])].toReversed()])
      }
      return found
    },
  ),

  /** The states of all plugins since a moment, the newest first, as many as a start may read. */
  recentStates: read(
    async (db, { since, limit }: { readonly since: number; readonly limit: number }): Promise<TimelineRow[]> => {
      const states = db.selectFrom('timeline').selectAll().where('kind', '=', 'state').where('at', '>=', since)
      return await pageOf(states.orderBy('id', 'desc').limit(limit), toRow, MAX_RECENT_BYTES)
    },
  ),

  /** Newest first; one page. */
  list: read(
    async (
      db,
      {
        pluginId,
        kind,
        actor,
        since,
        until,
        before,
        limit,
      }: {
        readonly pluginId?: string | undefined
        readonly kind?: TimelineEntry['kind'] | undefined
        readonly actor?: string | undefined
        readonly since?: number | undefined
        readonly until?: number | undefined
        readonly before?: number | undefined
        readonly limit: number
      },
    ): Promise<TimelineRow[]> => {
      let query = db.selectFrom('timeline').selectAll().orderBy('id', 'desc').limit(limit)
      if (pluginId !== undefined) query = query.where('plugin_id', '=', pluginId)
      if (kind === 'failure') {
        query = query.where((row) => row.or([row('kind', '=', kind), row('code', '=', 'failed')]))
      } else if (kind !== undefined) query = query.where('kind', '=', kind)
      if (actor !== undefined) query = query.where('actor', '=', actor)
      if (since !== undefined) query = query.where('at', '>=', since)
      if (until !== undefined) query = query.where('at', '<=', until)
      if (before !== undefined) query = query.where('id', '<', before)
      return await pageOf(query, toRow)
    },
  ),

  /** The actors that it names, in alphabetical order. */
  actors: search(async (db, { limit }: { readonly limit: number }): Promise<string[]> => {
    const rows = await db
      .selectFrom('timeline')
      .select('actor')
      .distinct()
      .where('actor', 'is not', null)
      .orderBy('actor')
      .limit(limit)
      .execute()
    return rows.flatMap(({ actor }) => (actor === null ? [] : [actor]))
  }),
}

function toRow({ plugin_id, incident_id, detail, ...row }: Selectable<StoreSchema['timeline']>): TimelineRow {
  return {
    ...(row as Pick<TimelineRow, 'id' | 'node' | 'at' | 'kind' | 'severity' | 'code' | 'title' | 'actor'>),
    pluginId: plugin_id,
    incidentId: incident_id,
    detail: detail === null ? null : (JSON.parse(detail) as Record<string, unknown>),
  }
}
