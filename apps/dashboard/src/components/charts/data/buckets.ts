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

const DAY_MS = 86_400_000

/** Its moments are told apart by their day, not by the clock. */
export function spansDays({ from, to }: Pick<Frame, 'from' | 'to'>): boolean {
  return to - from > DAY_MS
}

/** The last minutes until `now`, on a grid that stands still: an interval keeps its points from one update to the next. */
export function frameOf(now: number, minutes: number): Frame {
  const rangeMs = minutes * 60_000
  const stepMs = Math.ceil(rangeMs / MAX_POINTS / 1_000) * 1_000
  const to = Math.ceil(now / stepMs) * stepMs
  return { from: to - rangeMs, to, stepMs }
}

/** What was chosen of the past, in whole intervals. */
export function frameBetween({ from, to }: Pick<Frame, 'from' | 'to'>): Frame {
  const stepMs = Math.max(1, Math.ceil((to - from) / MAX_POINTS / 1_000)) * 1_000
  const begin = Math.floor(from / stepMs) * stepMs
  return { from: begin, to: begin + Math.ceil((to - begin) / stepMs) * stepMs, stepMs }
}

/** Folds a series into the frame's intervals: the mean of each, or its largest value, or a gap. */
export function bucketize(series: Series, { from, to, stepMs }: Frame, fold: 'mean' | 'max' = 'mean'): ChartRow[] {
  const names = Object.keys(series.values)
  const count = Math.round((to - from) / stepMs)
  const columns = names.map((name) =>
    foldColumn(series.at, own(series.values, name) ?? [], { from, count, stepMs, fold }),
  )
  return Array.from({ length: count }, (_, slot) => {
    const values = new Map(names.map((name, column) => [name, columns[column]![slot]!]))
    // Place the row in the middle of its interval: at the start, an effect could appear before its cause.
    return { at: from + (slot + 0.5) * stepMs, values }
  })
}

/** Points from before the server start are 5 s apart, so a distance up to this is no gap. */
const LARGEST_SPACING_MS = 5_500

function foldColumn(
  at: readonly number[],
  values: readonly (number | null)[],
  {
    from,
    count,
    stepMs,
    fold,
  }: { readonly from: number; readonly count: number; readonly stepMs: number; readonly fold: 'mean' | 'max' },
): (number | null)[] {
  const members = Array.from({ length: count }, (): number[] => [])
  /** The slots between two neighbours that are no gap, with the value that holds there. */
  const held = new Map<number, number>()
  const now = at.at(-1) ?? from
  const before: number[] = []
  const isAtEnd = Math.floor((now - from) / stepMs) === count - 1
  let last: { readonly at: number; readonly value: number } | null = null
  const first = at.findIndex((moment) => moment >= from - LARGEST_SPACING_MS)
  for (let index = Math.max(0, first); index < at.length; index += 1) {
    const moment = at[index]!
    const slot = Math.floor((moment - from) / stepMs)
    const value = values[index]
    if (value === null || value === undefined) {
      last = null
      before.length = 0
      continue
    }
    if (slot >= 0 && slot < count) members[slot]!.push(value)
    if (isAtEnd && slot === count - 2 && moment > now - stepMs) before.push(value)
    if (last && moment - last.at <= LARGEST_SPACING_MS)
      for (let between = Math.floor((last.at - from) / stepMs) + 1; between < slot; between += 1)
        held.set(between, last.value)
    last = { at: moment, value }
  }
  // The interval that has just begun holds one sample or two, whose mean would jump: it takes in a whole one until now.
  if (fold === 'mean' && members.at(-1)?.length) members.at(-1)!.push(...before)
  return members.map((group, slot) => combine(group, fold) ?? held.get(slot) ?? null)
}

function combine(values: readonly number[], fold: 'mean' | 'max'): number | null {
  if (values.length === 0) return null
  return fold === 'max' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) / values.length
}
