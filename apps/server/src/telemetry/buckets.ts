import type { SamplePoint } from '../store/tables/samples.ts'

/** Epoch milliseconds, then mean, least and greatest of the interval; null is a gap. */
export type Bucket = [at: number, mean: number | null, min: number | null, max: number | null]

export interface Range {
  readonly from: number
  readonly to: number
  /** At most so many intervals. */
  readonly points: number
}

const MIN_WIDTH_MS = 1_000
/** A sample that is a little late is no gap. */
const GAP_SPANS = 1.5

/**
 * Folds points into intervals of equal length: means by the number of samples behind each, the extremes kept. Where the
 * next point comes later than the one before it stands for, one empty interval says so.
 */
export function bucketize(samples: readonly SamplePoint[], { from, to, points }: Range): Bucket[] {
  const width = Math.max(MIN_WIDTH_MS, Math.ceil((to - from) / points))
  const slotOf = ({ at }: SamplePoint): number => Math.floor((Math.max(at, from) - from) / width)
  const shown = samples.filter(({ at, spanMs }) => at <= to && at + spanMs > from).sort((a, b) => a.at - b.at)
  const buckets: Bucket[] = []
  let last: { readonly slot: number; readonly point: SamplePoint } | null = null
  for (const [slot, members] of Map.groupBy(shown, slotOf)) {
    if (slot >= points) continue
    if (last && slot > last.slot + 1 && members[0]!.at - last.point.at > last.point.spanMs * GAP_SPANS) {
      buckets.push([from + (last.slot + 1) * width, null, null, null])
    }
    buckets.push(fold(from + slot * width, members))
    last = { slot, point: members.at(-1)! }
  }
  return buckets
}

function fold(at: number, members: readonly SamplePoint[]): Bucket {
  const folds = members.flatMap((member) => (member.fold ? [member.fold] : []))
  if (folds.length === 0) return [at, null, null, null]
  const count = folds.reduce((sum, [n]) => sum + n, 0)
  const mean = folds.reduce((sum, [n, of]) => sum + of * n, 0) / count
  return [at, mean, Math.min(...folds.map(([, , min]) => min)), Math.max(...folds.map(([, , , max]) => max))]
}
