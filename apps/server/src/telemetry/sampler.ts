import { clock, Listeners, type PluginManager, type PluginSnapshot } from '@plugboard/core'
import type { Dispose } from '@plugboard/plugin-sdk'
import {
  eventsLost,
  LIVE_SECONDS,
  LOSS_CAUSES,
  LOSS_METRICS,
  lossName,
  MANAGER_METRICS,
  OTHERS,
  OVERVIEW_PLUGINS,
  OVERVIEW_TOPICS,
  own,
  PLUGIN_METRICS,
  type ManagerMetric,
  type PluginMetric,
  type Point,
  type Series,
} from '@plugboard/protocol'
import { LossWindow, type LossCounts, type LossRates } from './loss-rates.ts'
import { RateWindow } from './rate-window.ts'
import { SeriesRing } from './series-ring.ts'
import type { Snapshots } from './snapshots.ts'

interface PluginSamples {
  readonly ring: SeriesRing<PluginMetric>
  readonly rates: RateWindow
  readonly losses: LossWindow
}

/** What a sampler reads beside the snapshots. */
type SampledManager = Pick<PluginManager, 'takeRecentLatencyMs'> & {
  readonly context: { readonly eventBus: Pick<PluginManager['context']['eventBus'], 'typeCounts'> }
}

/** Epoch milliseconds, and milliseconds of a monotonic clock. */
interface Moment {
  readonly at: number
  readonly now: number
}

/** What one sample found. */
export interface Sample {
  readonly at: number
  readonly manager: Point<ManagerMetric>
  /** Events per second by topic: the busiest topics by name, and the others together. */
  readonly topics: Point
  /** Bytes of memory by plugin: the largest plugins by name, and the others together. */
  readonly memory: Point
  /** Lost events per second by plugin and cause: those with most losses by name, and the others together. */
  readonly losses: Point
  readonly plugins: ReadonlyMap<string, Point<PluginMetric>>
  /** What each plugin has lost since the sample before. */
  readonly lost: ReadonlyMap<string, LossCounts>
}

interface PastMinute {
  readonly name: string
  readonly at: number
  readonly means: Readonly<Partial<Record<PluginMetric, number | null>>>
}

/** The mean values of each minute, the oldest minute first. The last minute of a run may be incomplete. */
export type PastMinutes = Readonly<Record<'plugin' | 'topic' | 'manager', readonly PastMinute[]>>

/**
 * The mean of one minute is put into the charts as points at this distance. The charts do not treat this distance as a
 * gap.
 */
export const SEED_STEP_MS = 5_000

/** A plugin replaces one that a chart already names only if its memory is more than this many times as large. */
const STICKINESS = 1.25

/** One metric over time. */
export interface SampledColumn {
  /** Epoch milliseconds, the oldest first. */
  readonly at: readonly number[]
  /** A value for each; null is a gap. */
  readonly column: readonly (number | null)[]
}

/** Takes the figures of the manager and of each plugin once a second and keeps 15 minutes of them. */
export class Sampler {
  readonly #manager: SampledManager
  readonly #snapshots: Snapshots
  readonly #listeners = new Listeners<Sample>()
  readonly #plugins = new Map<string, PluginSamples>()
  readonly #managerRing = new SeriesRing(MANAGER_METRICS, LIVE_SECONDS)
  readonly #managerRates = new RateWindow()
  readonly #topics: Point[] = []
  readonly #memory: Point[] = []
  readonly #losses: Point[] = []
  #topicCounts: ReadonlyMap<string, number> | null = null
  #lastNow = 0
  #timer: NodeJS.Timeout | undefined

  constructor(manager: SampledManager, snapshots: Snapshots) {
    this.#manager = manager
    this.#snapshots = snapshots
  }

  /** Each sample, once a second. */
  onDidSample(listener: (sample: Sample) => void): Dispose {
    return this.#listeners.add(listener)
  }

  /** Fills the charts with the known minute means from before this server started. */
  seed({ plugin, topic, manager }: PastMinutes, now: number): void {
    const momentsOf = (minute: number): number[] => stepsOf(minute).filter((moment) => moment < now)
    for (const { name, at, means } of plugin) {
      const { ring } = this.#samplesOf(name)
      for (const moment of momentsOf(at)) ring.push({ at: moment, values: means })
    }
    for (const { at, means } of manager)
      for (const moment of momentsOf(at)) this.#managerRing.push({ at: moment, values: means })
    for (const [at, rows] of Map.groupBy(topic, (row) => row.at)) {
      const values = Object.fromEntries(rows.map(({ name, means }) => [name, means.eventsPerSecond ?? null]))
      for (const moment of momentsOf(at)) keep(this.#topics, { at: moment, values })
    }
    for (const [at, rows] of Map.groupBy(plugin, (row) => row.at)) {
      const held = rows.flatMap(({ name, means }): [string, number][] =>
        means.memoryBytes ? [[name, means.memoryBytes]] : [],
      )
      const values = firstAndRest(
        held.sort(([, a], [, b]) => b - a),
        OVERVIEW_PLUGINS,
      )
      for (const moment of momentsOf(at)) keep(this.#memory, { at: moment, values })
      const losses = rows.flatMap(({ name, means }) => lossEntries(name, means)).filter(([, rate]) => rate > 0)
      const lossValues = firstAndRest(
        losses.sort(([, a], [, b]) => b - a),
        OVERVIEW_PLUGINS,
      )
      for (const moment of momentsOf(at)) keep(this.#losses, { at: moment, values: lossValues })
    }
  }

  start(): void {
    this.#timer ??= setInterval(() => this.sample(clock.epoch(), clock.now()), 1_000)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /**
   * @param at epoch milliseconds, for the charts
   * @param now milliseconds of a monotonic clock, for rates
   */
  sample(at: number, now = at): void {
    const snapshot = this.#snapshots.take()
    const { stats } = snapshot
    const plugins = new Map<string, Point<PluginMetric>>()
    const lost = new Map<string, LossCounts>()
    for (const plugin of snapshot.plugins) {
      const { id } = plugin.metadata
      const sampled = this.#samplePlugin(plugin, { at, now })
      plugins.set(id, sampled.point)
      lost.set(id, sampled.lost)
    }
    for (const id of this.#plugins.keys()) if (!plugins.has(id)) this.#plugins.delete(id)

    const rates = this.#managerRates.sample(now, stats.totalEventsProcessed, stats.totalErrors)
    const values = { ...rates, memoryBytes: stats.totalMemoryUsage, ...sumOfLosses(plugins.values()) }
    const manager: Point<ManagerMetric> = { at, values }
    this.#managerRing.push(manager)

    const topics = this.#sampleTopics({ at, now })
    const held = snapshot.plugins.flatMap(memoryOf).sort((a, b) => this.#weigh(b) - this.#weigh(a))
    const memory: Point = { at, values: firstAndRest(held, OVERVIEW_PLUGINS) }
    keep(this.#topics, topics)
    keep(this.#memory, memory)
    const losses = lossesOf(snapshot.plugins, plugins, at)
    keep(this.#losses, losses)
    this.#lastNow = now
    const thrown: unknown[] = []
    this.#listeners.emit({ at, manager, topics, memory, losses, plugins, lost }, (error) => thrown.push(error))
    // A listener that fails does not keep others from the sample; the first error is still thrown.
    if (thrown.length > 0) throw thrown[0]
  }

  /** A plugin that is loaded again begins with an empty past. */
  forget(id: string): void {
    this.#plugins.delete(id)
  }

  lastOf(id: string): Point<PluginMetric> | undefined {
    return this.#plugins.get(id)?.ring.last
  }

  seriesOf(id: string): Series<PluginMetric> {
    return this.#plugins.get(id)?.ring.series() ?? { at: [], values: {} }
  }

  /** Events per second of the last seconds, oldest first; null is a gap. */
  recentRates(id: string, seconds: number): (number | null)[] {
    return this.#plugins.get(id)?.ring.lastSeconds('eventsPerSecond', seconds) ?? []
  }

  managerSeries(): Series<ManagerMetric> {
    return this.#managerRing.series()
  }

  topicSeries(): Series {
    return toSeries(this.#topics)
  }

  memorySeries(): Series {
    return toSeries(this.#memory)
  }

  lossSeries(): Series {
    return toSeries(this.#losses)
  }

  /** A metric of all topics or plugins together; empty where no such sum is kept. */
  totalOf(kind: 'topic' | 'plugin', metric: PluginMetric): SampledColumn {
    if (kind === 'topic') {
      if (metric !== 'eventsPerSecond') return { at: [], column: [] }
      return { at: this.#topics.map(({ at }) => at), column: this.#topics.map(({ values }) => sumOf(values)) }
    }
    const { at, values } = this.managerSeries()
    const column = own(values as Series<PluginMetric>['values'], metric)
    return column ? { at, column } : { at: [], column: [] }
  }

  /** The topics that are named now, or the plugins that hold most memory. */
  largest(kind: 'topic' | 'plugin', count: number): string[] {
    const { values } = (kind === 'topic' ? this.#topics : this.#memory).at(-1) ?? { values: {} }
    return Object.keys(values)
      .filter((name) => name !== OTHERS)
      .slice(0, count)
  }

  #samplePlugin(
    { metadata: { id }, state, stats }: PluginSnapshot,
    { at, now }: Moment,
  ): { readonly point: Point<PluginMetric>; readonly lost: LossCounts } {
    const samples = this.#samplesOf(id)
    const rates = samples.rates.sample(now, stats.lifetime.eventsProcessed, stats.lifetime.errorCount)
    const p95Ms = this.#manager.takeRecentLatencyMs(id)
    const { lost, rates: lossRates } = samples.losses.sample(now, stats)
    // A plugin that is not active has no values, except in the sample that contains its last events.
    const tells = state === 'active' || (rates !== null && rates.eventsPerSecond > 0)
    const point: Point<PluginMetric> = {
      at,
      values: tells
        ? {
            ...rates,
            errorRate60s: stats.errorRate60s,
            memoryBytes: stats.memoryUsageBytes,
            cpuPercent: stats.cpuShare === null ? null : stats.cpuShare * 100,
            p95Ms,
            mailboxDepth: stats.mailboxDepth,
            ...lossRates,
          }
        : // What it misses is lost all the same.
          eventsLost(lost) > 0
          ? lossRates
          : {},
    }
    samples.ring.push(point)
    return { point, lost }
  }

  #samplesOf(id: string): PluginSamples {
    const samples = this.#plugins.get(id) ?? {
      ring: new SeriesRing(PLUGIN_METRICS, LIVE_SECONDS),
      rates: new RateWindow(),
      losses: new LossWindow(),
    }
    this.#plugins.set(id, samples)
    return samples
  }

  /** A plugin that the chart already names keeps its place until another one is clearly larger, so that lines stay. */
  #weigh([id, bytes]: readonly [string, number]): number {
    const isNamed = Object.hasOwn(this.#memory.at(-1)?.values ?? {}, id)
    return isNamed ? bytes * STICKINESS : bytes
  }

  #sampleTopics({ at, now }: Moment): Point {
    const counts = this.#manager.context.eventBus.typeCounts()
    const before = this.#topicCounts
    this.#topicCounts = counts
    if (!before) return { at, values: {} }
    const seconds = Math.max(0.001, (now - this.#lastNow) / 1_000)
    // The topics are sorted by all their events so far, not by those of this second, so that the topics in a chart do
    // not change all the time.
    const busiest = [...counts].sort(([, a], [, b]) => b - a)
    const rates = busiest.map(([topic, count]): [string, number] => {
      const earlier = before.get(topic) ?? 0
      // After a reset the counters start at 0 again.
      return [topic, (count >= earlier ? count - earlier : count) / seconds]
    })
    return { at, values: firstAndRest(rates, OVERVIEW_TOPICS) }
  }
}

function stepsOf(minute: number): number[] {
  return Array.from({ length: 60_000 / SEED_STEP_MS }, (_, index) => minute + index * SEED_STEP_MS)
}

/** The sums over all plugins. */
function sumOfLosses(points: Iterable<Point<PluginMetric>>): LossRates {
  const sums = {
    droppedPerSecond: 0,
    discardedPerSecond: 0,
    inDoubtPerSecond: 0,
    missedPerSecond: 0,
    refusedPerSecond: 0,
  }
  for (const { values } of points) for (const metric of LOSS_METRICS) sums[metric] += values[metric] ?? 0
  return sums
}

/** Sorted by all losses so far, so that the names in a chart do not change all the time. */
function lossesOf(
  snapshots: readonly PluginSnapshot[],
  points: ReadonlyMap<string, Point<PluginMetric>>,
  at: number,
): Point {
  const losers = snapshots
    .filter(({ stats }) => eventsLost(stats) > 0)
    .sort((a, b) => eventsLost(b.stats) - eventsLost(a.stats))
  const entries = losers.flatMap(({ metadata: { id }, stats }) => {
    const lostSo = new Set(LOSS_CAUSES.filter((cause) => stats[cause] > 0).map((cause) => lossName(id, cause)))
    return lossEntries(id, points.get(id)?.values ?? {}).filter(([name]) => lostSo.has(name))
  })
  return { at, values: firstAndRest(entries, OVERVIEW_PLUGINS) }
}

/** Lost events per second of one plugin, by cause. */
function lossEntries(id: string, values: Point<PluginMetric>['values']): [name: string, rate: number][] {
  return LOSS_CAUSES.map((cause) => [lossName(id, cause), values[`${cause}PerSecond`] ?? 0])
}

function memoryOf({ metadata: { id }, stats: { memoryUsageBytes } }: PluginSnapshot): [string, number][] {
  return memoryUsageBytes === null ? [] : [[id, memoryUsageBytes]]
}

/** Keeps the first `count` entries under their names, and adds up the others under `OTHERS`. */
function firstAndRest(entries: readonly [string, number][], count: number): Record<string, number> {
  const rest = entries.slice(count).reduce((sum, [, value]) => sum + value, 0)
  return { ...Object.fromEntries(entries.slice(0, count)), ...(entries.length > count && { [OTHERS]: rest }) }
}

/** Null where nothing is known. */
function sumOf(values: Point['values']): number | null {
  const known = Object.values(values).filter((value) => typeof value === 'number')
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

function keep(points: Point[], point: Point): void {
  points.push(point)
  if (points.length > LIVE_SECONDS) points.shift()
}

function toSeries(points: readonly Point[]): Series {
  const names = new Set(points.flatMap(({ values }) => Object.keys(values)))
  const columns = [...names].map((name) => [name, points.map((point) => own(point.values, name) ?? null)] as const)
  return { at: points.map(({ at }) => at), values: Object.fromEntries(columns) }
}
