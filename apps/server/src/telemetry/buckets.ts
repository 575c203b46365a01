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

/**
 * Folds points into intervals of equal length: means by the number of samples behind each, the extremes kept. One empty
 * interval stands for each gap.
 */
export function bucketize(samples: readonly SamplePoint[], { from, to, points }: Range): Bucket[] {
  const width = Math.max(MIN_WIDTH_MS, Math.ceil((to - from) / points))
  const buckets: Bucket[] = []
  const groups = Map.groupBy(samples, ({ at }) => Math.floor((Math.max(at, from) - from) / width))
  let expected: number | null = null
  for (const [slot, members] of groups) {
    if (slot < 0 || slot >= points || members[0]!.at > to) continue
    if (expected !== null && slot > expected) buckets.push([from + expected * width, null, null, null])
    buckets.push(fold(from + slot * width, members))
    expected = slot + 1
  }
  return buckets
}

function fold(at: number, members: readonly SamplePoint[]): Bucket {
  const known = members.flatMap(({ n, fold: values }) => (values ? [{ n, values }] : []))
  if (known.length === 0) return [at, null, null, null]
  const n = known.reduce((sum, one) => sum + one.n, 0)
  const mean = known.reduce((sum, one) => sum + one.values[0] * one.n, 0) / n
  return [
    at,
    mean,
    Math.min(...known.map(({ values }) => values[1])),
    Math.max(...known.map(({ values }) => values[2])),
  ]
}
