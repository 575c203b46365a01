import { own, type Series } from '@plugboard/protocol'

/** Where a chart begins and ends, in epoch milliseconds, and how wide its intervals are. */
export interface Frame {
  readonly from: number
  readonly to: number
  readonly stepMs: number
}

/** More points than this make charts stutter [UX]. */
const MAX_POINTS = 150

/** One row of a chart: a moment and a value by name; null is a gap. */
export interface ChartRow {
  readonly at: number
  /** By the name of the series; topics and plugins may have any name. */
  readonly values: ReadonlyMap<string, number | null>
}

/** The last minutes until `now`, on a grid that stands still: an interval keeps its points from one update to the next. */
export function frameOf(now: number, minutes: number): Frame {
  const rangeMs = minutes * 60_000
  const stepMs = Math.ceil(rangeMs / MAX_POINTS / 1_000) * 1_000
  const to = Math.ceil(now / stepMs) * stepMs
  return { from: to - rangeMs, to, stepMs }
}

/** Folds a series into the frame's intervals: the mean of each, or its largest value, or a gap. */
export function bucketize(series: Series, { from, to, stepMs }: Frame, fold: 'mean' | 'max' = 'mean'): ChartRow[] {
  const names = Object.keys(series.values)
  const count = Math.round((to - from) / stepMs)
  const members = names.map(() => Array.from({ length: count }, (): number[] => []))
  series.at.forEach((at, index) => {
    const slot = Math.floor((at - from) / stepMs)
    if (slot < 0 || slot >= count) return
    names.forEach((name, column) => {
      const value = own(series.values, name)?.[index]
      if (value !== null && value !== undefined) members[column]![slot]!.push(value)
    })
  })
  return Array.from({ length: count }, (_, slot) => {
    const values = new Map(names.map((name, column) => [name, combine(members[column]![slot]!, fold)]))
    return { at: from + slot * stepMs, values }
  })
}

function combine(values: readonly number[], fold: 'mean' | 'max'): number | null {
  if (values.length === 0) return null
  return fold === 'max' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) / values.length
}
