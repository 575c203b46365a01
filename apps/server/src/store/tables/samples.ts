import { OTHERS, PLUGIN_METRICS, type PluginMetric } from '@plugboard/protocol'
import { CompiledQuery, sql } from 'kysely'
import { read, write, type Db } from '../query.ts'

/** What is sampled: a plugin, a topic of the event bus, or all plugins together. */
export interface Subject {
  /** The host that it is on. */
  readonly node: string
  readonly kind: 'plugin' | 'topic' | 'manager'
  readonly name: string
}

/** How many samples there were in an interval; their mean, the least and the greatest. */
export type Fold = readonly [n: number, mean: number, min: number, max: number]

/** One minute of one subject. */
export interface SampleRow {
  readonly subject: Subject
  /** Its begin, in epoch milliseconds. */
  readonly at: number
  readonly values: Readonly<Partial<Record<PluginMetric, Fold>>>
}

export interface SamplePoint {
  readonly at: number
  /** How long it stands for. */
  readonly spanMs: number
  readonly fold: Fold | null
}

/** Intervals of this length, in seconds, that begin before this moment are too old. */
export interface Horizon {
  readonly period: number
  readonly before: number
}

export interface PruneSamples {
  readonly subjects: readonly number[]
  readonly horizons: readonly Horizon[]
}

export interface PartsOfMetric {
  readonly node: string
  readonly kind: Subject['kind']
  readonly metric: PluginMetric
  /** In seconds. */
  readonly period: number
  readonly from: number
  readonly to: number
}

/** What a metric of one plugin was over a time. */
export interface Ranked {
  readonly id: string
  readonly mean: number
  readonly max: number
}

/** As many plugins as a host is made for. */
const MAX_RANKED = 1_000

/** How long each resolution is kept, the finest first; in seconds. */
export const RESOLUTIONS = [
  { period: 60, keep: 24 * 3_600 },
  { period: 3_600, keep: 30 * 86_400 },
  { period: 86_400, keep: 365 * 86_400 },
] as const

const COLUMNS = PLUGIN_METRICS.flatMap((metric) => ['n', 'mean', 'min', 'max'].map((fold) => `${metric}_${fold}`))
const NAMES = ['subject', 'period', 'at', ...COLUMNS]
/** A minute joins the hour and the day that it is part of: nothing has to be rolled up later. */
const MERGE = `insert into samples (${NAMES.join(', ')}) values (${NAMES.map(() => '?').join(', ')})
  on conflict (subject, period, at) do update set ${PLUGIN_METRICS.map(mergeOf).join(', ')}`

export const samples = {
  add: write(async (db, rows: readonly SampleRow[]) => {
    const ids = new Map<string, number>()
    for (const { subject, at, values } of rows) {
      const id = ids.get(keyOf(subject)) ?? (await subjectId(db, subject))
      ids.set(keyOf(subject), id)
      const folds = PLUGIN_METRICS.flatMap((metric) => values[metric] ?? [null, null, null, null])
      for (const { period } of RESOLUTIONS) {
        const begin = Math.floor(at / (period * 1_000)) * period * 1_000
        await db.executeQuery(CompiledQuery.raw(MERGE, [id, period, begin, ...folds]))
      }
    }
  }),

  /** The oldest first. */
  range: read(
    async (
      db,
      {
        subject,
        metric,
        period,
        from,
        to,
      }: {
        readonly subject: Subject
        readonly metric: PluginMetric
        readonly period: number
        readonly from: number
        readonly to: number
      },
    ): Promise<SamplePoint[]> => {
      const { node, kind, name } = subject
      const rows = await partsOf(db, { node, kind, period, from, to })
        .select(['at', `${metric}_n as n`, `${metric}_mean as mean`, `${metric}_min as min`, `${metric}_max as max`])
        .where('name', '=', name)
        .orderBy('at')
        .execute()
      return rows.map(({ at, n, mean, min, max }) => {
        const isKnown = n !== null && mean !== null && min !== null && max !== null
        return { at, spanMs: period * 1_000, fold: isKnown ? [n, mean, min, max] : null }
      })
    },
  ),

  /** The subjects of a kind that a metric was largest of between two moments, the largest first. */
  largest: read(
    async (db, { metric, limit, ...parts }: PartsOfMetric & { readonly limit: number }): Promise<string[]> => {
      const rows = await partsOf(db, parts)
        .select('name')
        .where('name', '!=', OTHERS)
        .where(`${metric}_mean`, '>', 0)
        .groupBy('name')
        .orderBy((row) => row.fn.sum(`${metric}_mean`), 'desc')
        .limit(limit)
        .execute()
      return rows.map(({ name }) => name)
    },
  ),

  /** The mean and the greatest value of each subject of a kind between two moments, the largest mean first. */
  ranking: read(async (db, { metric, ...parts }: PartsOfMetric): Promise<Ranked[]> => {
    const n = sql.ref(`${metric}_n`)
    const mean = sql<number>`sum(${n} * ${sql.ref(`${metric}_mean`)}) / sum(${n})`
    return await partsOf(db, parts)
      .select(['name as id', mean.as('mean'), sql<number>`max(${sql.ref(`${metric}_max`)})`.as('max')])
      .where('name', '!=', OTHERS)
      .where(`${metric}_n`, '>', 0)
      .groupBy('name')
      .orderBy('mean', 'desc')
      .limit(MAX_RANKED)
      .execute()
  }),

  /** All subjects of a kind together, the oldest first. */
  total: read(async (db, { metric, ...parts }: PartsOfMetric): Promise<SamplePoint[]> => {
    const rows = await partsOf(db, parts)
      .select('at')
      .select((row) => row.fn.sum<number | null>(`${metric}_mean`).as('sum'))
      .groupBy('at')
      .orderBy('at')
      .execute()
    return rows.map(({ at, sum }) => {
      return { at, spanMs: parts.period * 1_000, fold: sum === null ? null : [1, sum, sum, sum] }
    })
  }),

  /** The last minutes of every subject of a kind, the oldest first: what charts begin with after a restart. */
  recent: read(
    async (
      db,
      {
        node,
        kind,
        from,
        to,
      }: { readonly node: string; readonly kind: Subject['kind']; readonly from: number; readonly to: number },
    ) => {
      const rows = await db
        .selectFrom('samples')
        .innerJoin('sample_subjects', 'sample_subjects.id', 'samples.subject')
        .selectAll('samples')
        .select('name')
        .where('node', '=', node)
        .where('kind', '=', kind)
        .where('period', '=', 60)
        .where('at', '>=', from)
        .where('at', '<=', to)
        .orderBy('at')
        .execute()
      return rows.map((row): { name: string; at: number; means: Partial<Record<PluginMetric, number | null>> } => {
        const means = PLUGIN_METRICS.map((metric) => [metric, row[`${metric}_mean`]])
        return {
          name: row.name,
          at: row.at,
          means: Object.fromEntries(means) as Partial<Record<PluginMetric, number | null>>,
        }
      })
    },
  ),

  subjects: read(async (db): Promise<number[]> => {
    const rows = await db.selectFrom('sample_subjects').select('id').execute()
    return rows.map(({ id }) => id)
  }),

  /**
   * Before when each resolution is too old: its time to be kept has passed, and the server has run for that long since.
   * A clock that is wrong for an hour therefore costs an hour of history, not all of it.
   */
  horizons: read(async (db, { node, now }: { readonly node: string; readonly now: number }): Promise<Horizon[]> => {
    const horizons: Horizon[] = []
    for (const { period, keep } of RESOLUTIONS) {
      const oldest = await db
        .selectFrom('samples')
        .innerJoin('sample_subjects', 'sample_subjects.id', 'samples.subject')
        .select('at')
        .where('node', '=', node)
        .where('kind', '=', 'manager')
        .where('period', '=', period)
        .orderBy('at', 'desc')
        .offset(keep / period)
        .limit(1)
        .executeTakeFirst()
      if (oldest) horizons.push({ period, before: Math.min(oldest.at, now - keep * 1_000) })
    }
    return horizons
  }),

  /** Takes what is too old from a few subjects; one that has nothing left goes too. */
  prune: write(async (db, { subjects, horizons }: PruneSamples) => {
    for (const id of subjects) {
      for (const { period, before } of horizons) {
        await db
          .deleteFrom('samples')
          .where('subject', '=', id)
          .where('period', '=', period)
          .where('at', '<', before)
          .execute()
      }
      const left = await db.selectFrom('samples').select('at').where('subject', '=', id).limit(1).executeTakeFirst()
      if (!left) await db.deleteFrom('sample_subjects').where('id', '=', id).execute()
    }
  }),
}

/** The intervals of all subjects of a kind; one that began before `from` and is still under way then is among them. */
function partsOf(db: Db, { node, kind, period, from, to }: Omit<PartsOfMetric, 'metric'>) {
  return db
    .selectFrom('samples')
    .innerJoin('sample_subjects', 'sample_subjects.id', 'samples.subject')
    .where('node', '=', node)
    .where('kind', '=', kind)
    .where('period', '=', period)
    .where('at', '>', from - period * 1_000)
    .where('at', '<=', to)
}

async function subjectId(db: Db, { node, kind, name }: Subject): Promise<number> {
  await db
    .insertInto('sample_subjects')
    .values({ node, kind, name })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const { id } = await db
    .selectFrom('sample_subjects')
    .select('id')
    .where('node', '=', node)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return id
}

/** Stands for a subject in a map. */
export function keyOf({ node, kind, name }: Subject): string {
  return `${node} ${kind} ${name}`
}

/** Means by the number of samples that they are made of; null is no sample at all. */
function mergeOf(metric: PluginMetric): string {
  const [n, mean, min, max] = [`${metric}_n`, `${metric}_mean`, `${metric}_min`, `${metric}_max`] as const
  const sum = (of: string): string => `coalesce(${of}.${mean} * ${of}.${n}, 0)`
  const count = `nullif(coalesce(samples.${n}, 0) + coalesce(excluded.${n}, 0), 0)`
  const both = (column: string): string =>
    `coalesce(samples.${column}, excluded.${column}), coalesce(excluded.${column}, samples.${column})`
  return [
    `${mean} = (${sum('samples')} + ${sum('excluded')}) / ${count}`,
    `${n} = ${count}`,
    `${min} = min(${both(min)})`,
    `${max} = max(${both(max)})`,
  ].join(', ')
}
