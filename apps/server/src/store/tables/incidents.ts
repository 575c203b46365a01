import type { ErrorBrief } from '@plugboard/core'
import type { JsonValue } from '@plugboard/plugin-sdk'
import { pageOf } from '../page.ts'
import { read, write } from '../query.ts'
import type { StoreSchema } from '../schema.ts'

const MAX_ROWS = 10_000

/** A time in which a plugin was not as it should be, from its first failure to its recovery. */
export interface IncidentRow {
  readonly id: number
  /** The host that the plugin is on. */
  readonly node: string
  readonly pluginId: string
  /** The last failure. */
  readonly error: ErrorBrief
  readonly openedAt: number
  readonly lastAt: number
  readonly closedAt: number | null
  /** Failures within it. */
  readonly occurrences: number
  /** The incident that took it down. */
  readonly rootId: number | null
  /** Plugins that need it and were running. */
  readonly affected: readonly string[]
  readonly evidence: Readonly<Record<string, unknown>> | null
}

export const incidents = {
  put: write(async (db, rows: readonly IncidentRow[]) => {
    for (const { pluginId, error, openedAt, lastAt, closedAt, rootId, affected, evidence, ...row } of rows) {
      const values = {
        ...row,
        plugin_id: pluginId,
        kind: error.code,
        message: error.message,
        details: JSON.stringify(error.details),
        opened_at: openedAt,
        last_at: lastAt,
        closed_at: closedAt,
        root_id: rootId,
        affected: JSON.stringify(affected),
        evidence: evidence && JSON.stringify(evidence),
      }
      await db.replaceInto('incidents').values(values).execute()
    }
    const newest = rows.reduce((most, { id }) => Math.max(most, id), 0)
    await db
      .deleteFrom('incidents')
      .where('id', '<=', newest - MAX_ROWS)
      .execute()
  }),

  /** Newest first; one page. Of those between two moments, also what began before and was not over. */
  list: read(
    async (
      db,
      {
        pluginId,
        from,
        to,
        before,
        limit,
      }: {
        readonly pluginId?: string | undefined
        /** Epoch milliseconds, as is `to`. */
        readonly from?: number | undefined
        readonly to?: number | undefined
        readonly before?: number | undefined
        readonly limit: number
      },
    ): Promise<IncidentRow[]> => {
      let query = db.selectFrom('incidents').selectAll().orderBy('id', 'desc').limit(limit)
      if (pluginId !== undefined) query = query.where('plugin_id', '=', pluginId)
      if (from !== undefined)
        query = query.where((eb) => eb.or([eb('closed_at', 'is', null), eb('closed_at', '>=', from)]))
      if (to !== undefined) query = query.where('opened_at', '<=', to)
      if (before !== undefined) query = query.where('id', '<', before)
      return await pageOf(query, toRow)
    },
  ),

  /** Those that are not over, the oldest first. */
  open: read(async (db): Promise<IncidentRow[]> => {
    const rows = await db.selectFrom('incidents').selectAll().where('closed_at', 'is', null).orderBy('id').execute()
    return rows.map(toRow)
  }),

  /** The number of the last one; 0 where there was none. */
  last: read(async (db): Promise<number> => {
    const { last } = await db
      .selectFrom('incidents')
      .select((row) => row.fn.coalesce(row.fn.max('id'), row.lit(0)).as('last'))
      .executeTakeFirstOrThrow()
    return last
  }),
}

function toRow(row: StoreSchema['incidents']): IncidentRow {
  return {
    id: row.id,
    node: row.node,
    pluginId: row.plugin_id,
    error: {
      code: row.kind,
      message: row.message,
      details: row.details === null ? null : (JSON.parse(row.details) as JsonValue),
    },
    openedAt: row.opened_at,
    lastAt: row.last_at,
    closedAt: row.closed_at,
    occurrences: row.occurrences,
    rootId: row.root_id,
    affected: JSON.parse(row.affected) as string[],
    evidence: row.evidence === null ? null : (JSON.parse(row.evidence) as Record<string, unknown>),
  }
}
