import { clock } from '@plugboard/core'
import type { PluginMetric, Series } from '@plugboard/protocol'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import { RESOLUTIONS, type Ranked, type SamplePoint, type SampleRow, type Subject } from '../store/tables/samples.ts'
import { bucketize, type Bucket, type Range } from './buckets.ts'
import { MinuteRoller } from './minute-roller.ts'
import { SEED_STEP_MS, type Sample, type SampledColumn } from './sampler.ts'

const FINEST_MS = RESOLUTIONS[0].period * 1_000
/** One value a second; one in five seconds for the time before the server started. */
const LIVE_SPAN_MS = SEED_STEP_MS
/** Also of a server that never lives for long. */
const FIRST_PRUNE_MS = 60_000
const PRUNE_MS = 3_600_000
/** So that writes with a waiting caller come in between. */
const SUBJECTS_AT_ONCE = 50
/** A finer resolution than that is more to read than a chart can show. */
const MAX_ROWS_PER_POINT = 60
/** More could not be told apart in a chart. */
const MAX_PARTS = 8
export const RANKING_POINTS = 10
const SECOND_MS = 1_000

interface MetricHistoryOptions {
  /** This host's name. */
  readonly node: string
  readonly store: Store
  readonly log: Logger
  /** What is still in memory at one point a second. */
  readonly live: {
    series(subject: Omit<Subject, 'node'>): Series
    /** A metric of all of a kind together, where it is known. */
    total(kind: 'topic' | 'plugin', metric: PluginMetric): SampledColumn
    /** Those of a kind that are largest now. */
    largest(kind: 'topic' | 'plugin', count: number): string[]
  }
}

/** One line of a chart, as far as each place knows it. */
interface Known {
  readonly live: readonly SamplePoint[]
  readonly rows: () => Promise<readonly SamplePoint[]>
  /** The minute under way. */
  readonly current: () => SamplePoint | null
}

interface Breakdown {
  readonly lines: { readonly name: string; readonly points: Bucket[] }[]
  readonly total: Bucket[]
}

/** The past of every figure: by the second from memory, by the minute, hour and day from disk. */
export class MetricHistory {
  readonly #options: MetricHistoryOptions
  readonly #outbox: Outbox<SampleRow>
  readonly #roller: MinuteRoller
  readonly #firstPrune: NodeJS.Timeout
  readonly #pruneTimer: NodeJS.Timeout
  #isClosed = false

  constructor(options: MetricHistoryOptions) {
    const { node, store, log } = options
    this.#options = options
    this.#outbox = new Outbox({
      name: 'metric history',
      among: store.outboxes,
      delayMs: 500,
      capacity: 100_000,
      log,
      write: (rows) => store.samples.add(rows),
    })
    this.#roller = new MinuteRoller(node, (rows) => {
      for (const row of rows) this.#outbox.push(row)
    })
    this.#firstPrune = setTimeout(() => void this.prune(clock.epoch()), FIRST_PRUNE_MS).unref()
    this.#pruneTimer = setInterval(() => void this.prune(clock.epoch()), PRUNE_MS).unref()
  }

  takeSample(sample: Omit<Sample, 'memory' | 'losses' | 'lost'>): void {
    this.#roller.takeSample(sample)
  }

  /**
   * One metric between two moments, in at most so many points; the resolution follows the range.
   * @throws StoreError where the database cannot be read
   */
  async range(of: Omit<Subject, 'node'>, metric: PluginMetric, range: Range): Promise<Bucket[]> {
    const subject = { node: this.#options.node, ...of }
    const { from, to } = range
    const { at, values } = this.#options.live.series(subject)
    const period = resolutionFor(range, clock.epoch())
    return await this.#joined(range, {
      live: pointsOf({ at, column: values[metric] ?? [] }),
      rows: async () => await this.#options.store.samples.range({ subject, metric, period, from, to }),
      current: () => this.#roller.current(subject, metric),
    })
  }

  /**
   * One metric by those that it was largest of, each in at most so many points, and over all of that kind.
   * @throws StoreError where the database cannot be read
   */
  async breakdown(kind: 'topic' | 'plugin', metric: PluginMetric, range: Range): Promise<Breakdown> {
    const { node, store, live } = this.#options
    const period = resolutionFor(range, clock.epoch())
    await this.#outbox.catchUp()
    const parts = { node, kind, metric, period, from: range.from, to: range.to }
    const names = await store.samples.largest({ ...parts, limit: MAX_PARTS })
    // A server that has just started has written no minute yet.
    const shown = names.length > 0 ? names : live.largest(kind, MAX_PARTS)
    const [total, ...lines] = await Promise.all([
      // From the same places as the lines: else the minute of a restart, in which they have a gap, would be of others.
      this.#joined(range, {
        live: pointsOf(live.total(kind, metric)),
        rows: async () => await store.samples.total(parts),
        current: () => this.#roller.currentTotal(kind, metric),
      }),
      ...shown.map(async (name) => ({ name, points: await this.range({ kind, name }, metric, range) })),
    ])
    return { lines, total }
  }

  /**
   * The mean and the greatest value of a metric between two moments for each plugin, the largest mean first.
   * @param ids the plugins that are loaded: of the last minutes, only those are in memory
   * @throws StoreError where the database cannot be read
   */
  async ranking(
    metric: PluginMetric,
    { ids, from, to }: { readonly ids: readonly string[]; readonly from: number; readonly to: number },
  ): Promise<Ranked[]> {
    const { node, store, live } = this.#options
    const ofNow = (): Ranked[] => rankedOf(ids, (name) => live.series({ kind: 'plugin', name }), { metric, from, to })
    const [liveFrom = Infinity] = live.series({ kind: 'manager', name: '' }).at
    if (liveFrom <= from) return ofNow()
    // Coarser than a chart: each plugin is one line of a table.
    const period = resolutionFor({ from, to, points: RANKING_POINTS }, clock.epoch())
    await this.#outbox.catchUp()
    const kept = await store.samples.ranking({ node, kind: 'plugin', metric, period, from, to })
    // A server that has just started has written no minute yet.
    return kept.length > 0 ? kept : ofNow()
  }

  /** What is in memory and what is kept, as one line. */
  async #joined(range: Range, { live, rows: read, current: now }: Known): Promise<Bucket[]> {
    const { from, to, points } = range
    const liveFrom = live[0]?.at ?? Infinity
    if (liveFrom <= from) return bucketize(live, range)
    // The last minutes may still be on their way.
    await this.#outbox.catchUp()
    const rows = await read()
    // If an interval of the chart is shorter than a minute, use the points from memory where they exist.
    if ((to - from) / points < FINEST_MS) {
      const older = rows.filter((row) => row.at < liveFrom)
      const knownTo = Math.max(0, ...older.map((row) => row.at + row.spanMs))
      return bucketize([...older, ...live.filter((point) => point.at >= knownTo)], range)
    }
    const current = now()
    return bucketize(current ? [...rows, current] : rows, range)
  }

  /** Takes what is older than its resolution is kept. */
  async prune(now: number): Promise<void> {
    const { node, store, log } = this.#options
    try {
      const horizons = await store.samples.horizons({ node, now })
      const subjects = await store.samples.subjects()
      for (let at = 0; at < subjects.length && !this.#isClosed; at += SUBJECTS_AT_ONCE) {
        await store.samples.prune({ subjects: subjects.slice(at, at + SUBJECTS_AT_ONCE), horizons })
        await sleep(10)
      }
    } catch (thrown) {
      log.warn({ err: thrown }, 'old history could not be taken away; it is tried again in an hour')
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#firstPrune)
    clearInterval(this.#pruneTimer)
    this.#roller.flush()
    await this.#outbox.close()
  }
}

/** @returns those that have values, the largest mean first */
export function rankedOf(
  ids: readonly string[],
  seriesOf: (id: string) => Series,
  { metric, from, to }: { readonly metric: PluginMetric; readonly from: number; readonly to: number },
): Ranked[] {
  return ids
    .flatMap((id): Ranked[] => {
      const { at, values } = seriesOf(id)
      const column = values[metric] ?? []
      let [total, weight, max] = [0, 0, 0]
      at.forEach((moment, index) => {
        const value = column[index]
        if (moment < from || moment > to || value === null || value === undefined) return
        // What was before a restart has a point every five seconds: each stands for the time until the next one.
        const spanMs = Math.min(SEED_STEP_MS, (at[index + 1] ?? moment + SECOND_MS) - moment)
        total += value * spanMs
        weight += spanMs
        max = Math.max(max, value)
      })
      return weight === 0 ? [] : [{ id, mean: total / weight, max }]
    })
    .sort((a, b) => b.mean - a.mean)
}

/** The finest that is kept for that long and does not read far more than is shown; in seconds. */
export function resolutionFor({ from, to, points }: Range, now: number): number {
  const fitting = RESOLUTIONS.filter(({ keep }) => from >= now - keep * 1_000)
  const cheap = fitting.find(({ period }) => (to - from) / (period * 1_000) <= points * MAX_ROWS_PER_POINT)
  return (cheap ?? fitting.at(-1) ?? RESOLUTIONS.at(-1)!).period
}

function pointsOf({ at, column }: SampledColumn): SamplePoint[] {
  return at.map((moment, index) => {
    const value = column[index] ?? null
    return { at: moment, spanMs: LIVE_SPAN_MS, fold: value === null ? null : [1, value, value, value] }
  })
}
