import { PLUGIN_METRICS, type PluginMetric, type Point } from '@plugboard/protocol'
import { keyOf, type Fold, type SamplePoint, type SampleRow, type Subject } from '../store/tables/samples.ts'
import type { Sample } from './sampler.ts'

const MINUTE_MS = 60_000
/** So many topics have a history; a flood of names must not fill the disk. */
const MAX_TOPICS = 20

interface Sum {
  n: number
  total: number
  min: number
  max: number
}

interface Minute {
  readonly subject: Subject
  readonly sums: Partial<Record<PluginMetric, Sum>>
}

/** Folds samples into minutes: mean, least and greatest of each metric. */
export class MinuteRoller {
  readonly #node: string
  readonly #onMinute: (rows: readonly SampleRow[]) => void
  #at = 0
  #minutes = new Map<string, Minute>()

  /** @param node this host's name */
  constructor(node: string, onMinute: (rows: readonly SampleRow[]) => void) {
    this.#node = node
    this.#onMinute = onMinute
  }

  takeSample({ at, manager, topics, plugins }: Omit<Sample, 'memory' | 'losses' | 'lost'>): void {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS
    if (minute !== this.#at) this.flush()
    this.#at = minute
    const node = this.#node
    this.#add({ node, kind: 'manager', name: '' }, manager)
    for (const [id, point] of plugins) this.#add({ node, kind: 'plugin', name: id }, point)
    for (const [name, eventsPerSecond] of Object.entries(topics.values).slice(0, MAX_TOPICS)) {
      this.#add({ node, kind: 'topic', name }, { at, values: { eventsPerSecond: eventsPerSecond ?? null } })
    }
  }

  /** The minute under way, as far as it has come; null where nothing was sampled. */
  current(subject: Subject, metric: PluginMetric): SamplePoint | null {
    const minute = this.#minutes.get(keyOf(subject))
    if (!minute) return null
    const sum = minute.sums[metric]
    return { at: this.#at, spanMs: MINUTE_MS, fold: sum ? foldOf(sum) : null }
  }

  /** The same over all subjects of a kind. */
  currentTotal(kind: Subject['kind'], metric: PluginMetric): SamplePoint | null {
    const sums = [...this.#minutes.values()].flatMap(({ subject, sums: of }) =>
      subject.kind === kind && of[metric] ? [of[metric]] : [],
    )
    if (sums.length === 0) return null
    const total = sums.reduce((all, sum) => all + sum.total / sum.n, 0)
    return { at: this.#at, spanMs: MINUTE_MS, fold: [1, total, total, total] }
  }

  /** Hands over the minute under way, complete or not. */
  flush(): void {
    const minutes = [...this.#minutes.values()]
    this.#minutes = new Map()
    if (minutes.length > 0) this.#onMinute(minutes.map((minute) => rowOf(minute, this.#at)))
  }

  #add(subject: Subject, { values }: Point<PluginMetric>): void {
    const key = keyOf(subject)
    const minute = this.#minutes.get(key) ?? { subject, sums: {} }
    this.#minutes.set(key, minute)
    for (const metric of PLUGIN_METRICS) {
      const value = values[metric]
      if (value === null || value === undefined) continue
      const sum = (minute.sums[metric] ??= { n: 0, total: 0, min: value, max: value })
      sum.n += 1
      sum.total += value
      sum.min = Math.min(sum.min, value)
      sum.max = Math.max(sum.max, value)
    }
  }
}

function rowOf({ subject, sums }: Minute, at: number): SampleRow {
  const values = Object.entries(sums).map(([metric, sum]) => [metric, foldOf(sum)])
  return { subject, at, values: Object.fromEntries(values) as SampleRow['values'] }
}

function foldOf({ n, total, min, max }: Sum): Fold {
  return [n, total / n, min, max]
}
