import type { Series } from '@plugboard/protocol'
import { bucketize, type ChartRow, type Frame } from './buckets'

/** The figures of the time before a frame, as long as that. */
export interface Earlier {
  readonly series: Series
  readonly frame: Frame
}

/** As long as a frame, and right before it. */
export function frameBefore({ from, to, stepMs }: Frame): Frame {
  return { from: from - (to - from), to: from, stepMs }
}

/** The key of a curve of the time before. No id of a plugin has a blank. */
export function earlierKey(key: string): string {
  return `${key} earlier`
}

/** Puts the figures of the time before on the same rows, under keys of their own. */
export function withEarlier(rows: readonly ChartRow[], { series, frame }: Earlier, fold: 'mean' | 'max'): ChartRow[] {
  const earlier = bucketize(series, frame, fold)
  return rows.map(({ at, values }, index) => ({
    at,
    values: new Map([
      ...values,
      ...[...(earlier[index]?.values ?? [])].map(([key, value]) => [earlierKey(key), value] as const),
    ]),
  }))
}
