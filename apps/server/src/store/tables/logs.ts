import type { LogLevel, LogLine } from '@plugboard/protocol'
import { sql, type Expression, type ExpressionBuilder, type RawBuilder, type Selectable, type SqlBool } from 'kysely'
import { ownNode } from '../own-node.ts'
import { pageOf } from '../page.ts'
import { read, search, write } from '../query.ts'
import type { StoreSchema } from '../schema.ts'
import { hasText, jsonHasField, jsonHasText } from '../text-search.ts'

/** Entries kept per plugin, and over all plugins; the oldest give way. */
const MAX_PER_PLUGIN = 20_000
const MAX_ROWS = 500_000
const MAX_PLUGIN_BYTES = 32 * 1_024 * 1_024
const MAX_BYTES = 512 * 1_024 * 1_024
/** What a row takes besides its texts. */
const ROW_BYTES = 64

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

export interface LogRow extends LogLine {
  readonly seq: number
}

export interface LogLevelRow {
  readonly pluginId: string
  readonly level: LogLevel
  /** What it falls back to, and when; null: it stays. */
  readonly fallBack: { readonly to: LogLevel; readonly at: number } | null
}

export interface LogFilter {
  readonly ids?: readonly string[] | undefined
  /** Parts of the message or of the fields, in any case. */
  readonly text?: string | readonly string[] | undefined
  /** Fields with their values, as `name=value`. */
  readonly field?: string | readonly string[] | undefined
  /** At least. */
  readonly level?: LogLevel | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export interface LogSearch extends LogFilter {
  readonly before?: number | undefined
  readonly limit: number
}

export interface LogHistogram extends LogFilter {
  readonly from: number
  readonly stepMs: number
}

/** How many entries of each level an interval has. */
export interface LogBar extends Readonly<Record<LogLevel, number>> {
  /** When it begins. */
  readonly at: number
}

export const logs = {
  add: write(async (db, entries: readonly LogLine[]) => {
    for (const { node, id, at, level, origin, message, fields } of entries) {
      const row = { node, at, plugin_id: id, level: LEVELS.indexOf(level), origin, message }
      await db
        .insertInto('logs')
        .values({ ...row, fields: fields === undefined ? null : JSON.stringify(fields) })
        .execute()
    }
  }),

  /** Newest first; one page. */
  search: search(async (db, { before, limit, ...filter }: LogSearch): Promise<LogRow[]> => {
    let query = db.selectFrom('logs').selectAll().where(matches(filter)).orderBy('seq', 'desc').limit(limit)
    if (before !== undefined) query = query.where('seq', '<', before)
    return await pageOf(query, toRow)
  }),

  /** The intervals that have entries, the oldest first. */
  histogram: search(async (db, { stepMs, ...filter }: LogHistogram): Promise<LogBar[]> => {
    // On a grid that stands still: a bar keeps its entries while the time that is looked at moves on.
    const slot = sql<number>`cast(at / ${stepMs} as integer)`
    const rows = await db
      .selectFrom('logs')
      .select([slot.as('slot'), 'level', db.fn.countAll<number>().as('entries')])
      .where(matches(filter))
      .groupBy(['slot', 'level'])
      .orderBy('slot')
      .execute()
    const bars = Map.groupBy(rows, (row) => row.slot)
    return [...bars].map(([at, members]) => {
      const of = (level: number): number => members.find((member) => member.level === level)?.entries ?? 0
      return { at: at * stepMs, debug: of(0), info: of(1), warn: of(2), error: of(3) }
    })
  }),

  /** The last entries of every plugin, a page of each, the oldest first. */
  recent: read(async (db, { perPlugin }: { readonly perPlugin: number }): Promise<LogLine[]> => {
    const ids = await db.selectFrom('logs').select('plugin_id').distinct().execute()
    const lines: LogLine[] = []
    for (const { plugin_id } of ids) {
      const last = db.selectFrom('logs').selectAll().where('plugin_id', '=', plugin_id).orderBy('seq', 'desc')
      for (const { seq: _seq, ...line } of (await pageOf(last.limit(perPlugin), toRow)).toReversed()) lines.push(line)
    }
    return lines
  }),

  /** Takes what is too much of a plugin's. */
  prune: write(async (db, { ids }: { readonly ids: readonly string[] }) => {
    for (const id of ids) {
      const oldest = await db
        .selectFrom('logs')
        .select('seq')
        .where('plugin_id', '=', id)
        .orderBy('seq', 'desc')
        .offset(MAX_PER_PLUGIN)
        .limit(1)
        .executeTakeFirst()
      const [tooMuch] = (await beyond(sql`where plugin_id = ${id}`, MAX_PLUGIN_BYTES).execute(db)).rows
      const last = Math.max(oldest?.seq ?? 0, tooMuch?.seq ?? 0)
      if (last > 0) await db.deleteFrom('logs').where('plugin_id', '=', id).where('seq', '<=', last).execute()
    }
    const last = await db
      .selectFrom('logs')
      .select('seq')
      .orderBy('seq', 'desc')
      .offset(MAX_ROWS)
      .limit(1)
      .executeTakeFirst()
    if (last) await db.deleteFrom('logs').where('seq', '<=', last.seq).execute()
  }),

  /** Takes what is too much of all plugins, and what unloaded plugins have logged before this moment. */
  sweep: write(async (db, { before }: { readonly before: number }) => {
    const [tooMuch] = (await beyond(sql``, MAX_BYTES).execute(db)).rows
    if (tooMuch) await db.deleteFrom('logs').where('seq', '<=', tooMuch.seq).execute()
    const loaded = db.selectFrom('plugins').select('id')
    const gone = await db
      .selectFrom('logs')
      .select('plugin_id')
      .distinct()
      .where('plugin_id', 'not in', loaded)
      .execute()
    for (const { plugin_id } of gone) {
      await db.deleteFrom('logs').where('plugin_id', '=', plugin_id).where('at', '<', before).execute()
    }
  }),

  levels: read(async (db): Promise<LogLevelRow[]> => {
    const rows = await db.selectFrom('log_levels').selectAll().execute()
    return rows.map(({ plugin_id, level, fall_back_to, until }) => ({
      pluginId: plugin_id,
      level: level as LogLevel,
      fallBack: until === null ? null : { to: fall_back_to as LogLevel, at: until },
    }))
  }),

  setLevel: write(async (db, { pluginId, level, fallBack }: LogLevelRow) => {
    const row = {
      node: ownNode,
      plugin_id: pluginId,
      level,
      fall_back_to: fallBack?.to ?? null,
      until: fallBack?.at ?? null,
    }
    await db.replaceInto('log_levels').values(row).execute()
  }),
}

function matches({ ids, text = [], field = [], level, from, to }: LogFilter) {
  return (eb: ExpressionBuilder<StoreSchema, 'logs'>): Expression<SqlBool> =>
    eb.and([
      ...(ids === undefined ? [] : [eb('plugin_id', 'in', ids)]),
      ...(level === undefined ? [] : [eb('level', '>=', LEVELS.indexOf(level))]),
      ...(from === undefined ? [] : [eb('at', '>=', from)]),
      ...(to === undefined ? [] : [eb('at', '<=', to)]),
      ...[text].flat().map((one) => sql<SqlBool>`(${hasText('message', one)} or ${jsonHasText('fields', one)})`),
      ...[field].flat().map((one) => jsonHasField('fields', one)),
    ])
}

/** The newest entry that is beyond so many bytes, counted from the newest one. The texts themselves are not read for it. */
function beyond(which: RawBuilder<unknown>, bytes: number): RawBuilder<{ readonly seq: number }> {
  return sql`
    select seq from (
      select seq, sum(octet_length(message) + coalesce(octet_length(fields), 0) + ${ROW_BYTES}) over (order by seq desc) as held
      from logs ${which}
    ) where held > ${bytes} order by seq desc limit 1`
}

function toRow(row: Selectable<StoreSchema['logs']>): LogRow {
  const { seq, node, at, plugin_id, level, origin, message, fields } = row
  return {
    seq,
    node,
    at,
    id: plugin_id,
    level: LEVELS[level]!,
    origin: origin as LogLine['origin'],
    message,
    ...(fields !== null && { fields: JSON.parse(fields) as NonNullable<LogLine['fields']> }),
  }
}
