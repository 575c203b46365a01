import type { Frame } from './buckets'

/** What a history operation answers: when an interval begins, then its mean, least and greatest; null begins a gap. */
export type PastPoint = readonly [at: number, mean: number | null, min: number | null, max: number | null]

/**
 * The values of one line at each interval of the frame. The server leaves out what a coarser interval before it covers:
 * that value holds until the next one; only where it says null there is a gap.
 */
export function onGrid(
  points: readonly PastPoint[],
  { from, to, stepMs }: Frame,
  fold: 'mean' | 'max',
): (number | null)[] {
  const count = Math.round((to - from) / stepMs)
  const values = new Array<number | null>(count).fill(null)
  const slotOf = (at: number): number => Math.floor((at - from) / stepMs)
  points.forEach(([at, mean, , max], index) => {
    const value = fold === 'max' ? max : mean
    const next = points[index + 1]
    const before = points[index - 1]
    // The last one stands for as long as the one before it: what follows is beyond the frame.
    const end = next ? slotOf(next[0]) : before ? slotOf(at + (at - before[0]) - 1) + 1 : slotOf(at) + 1
    for (let slot = Math.max(0, slotOf(at)); slot < Math.min(end, count); slot += 1) values[slot] = value
  })
  return values
}

/** When the intervals of a frame begin. */
export function gridOf({ from, to, stepMs }: Frame): number[] {
  return Array.from({ length: Math.round((to - from) / stepMs) }, (_, slot) => from + slot * stepMs)
}
