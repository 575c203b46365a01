import type { ChartRow } from '@/components/charts/data/buckets'

/** From a moment or a value to where it stands, in px. */
export interface Scales {
  readonly x: (at: number) => number
  readonly y: (value: number) => number
}

/** One series as it is drawn. */
export interface Curve {
  readonly key: string
  /** SVG path data along the values; gaps stay gaps. */
  readonly line: string
  /** SVG path data of what lies between this curve and the one below. */
  readonly area: string
  /** A value between two gaps has no line: it is a dot. */
  readonly dots: readonly { readonly x: number; readonly y: number }[]
}

interface Point {
  readonly at: number
  readonly low: number
  readonly high: number
}

/** The curves of the named series, from the bottom up. Where they are stacked, one without a value adds nothing. */
export function curvesOf(
  rows: readonly ChartRow[],
  keys: readonly string[],
  { stacked, scales }: { readonly stacked: boolean; readonly scales: Scales },
): Curve[] {
  const heights = rows.map(() => 0)
  return keys.map((key) => {
    const runs: Point[][] = [[]]
    rows.forEach(({ at, values }, index) => {
      const value = values.get(key)
      if (typeof value !== 'number') {
        runs.push([])
        return
      }
      const low = heights[index]!
      if (stacked) heights[index] = low + value
      runs.at(-1)!.push({ at, low, high: low + value })
    })
    return draw(key, runs, scales)
  })
}

function draw(key: string, runs: readonly (readonly Point[])[], { x, y }: Scales): Curve {
  const through = (points: readonly Point[], side: 'low' | 'high'): string =>
    points.map((point) => `${round(x(point.at))},${round(y(point[side]))}`).join('L')
  const lines = runs.filter(({ length }) => length > 1)
  return {
    key,
    line: lines.map((run) => `M${through(run, 'high')}`).join(''),
    area: lines.map((run) => `M${through(run, 'high')}L${through(run.toReversed(), 'low')}Z`).join(''),
    dots: runs.flatMap(([only, ...others]) =>
      only && others.length === 0 ? [{ x: round(x(only.at)), y: round(y(only.high)) }] : [],
    ),
  }
}

/** A tenth of a px is more than a screen shows. */
function round(px: number): number {
  return Math.round(px * 10) / 10
}
