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
    return draw(key, runs, { ...scales, stacked })
  })
}

function draw(
  key: string,
  runs: readonly (readonly Point[])[],
  { x, y, stacked }: Scales & { readonly stacked: boolean },
): Curve {
  const through = (points: readonly Point[], side: 'low' | 'high'): string =>
    points.map((point) => `${round(x(point.at))},${round(y(point[side]))}`).join('L')
  const lines = runs.filter(({ length }) => length > 1)
  return {
    key,
    // Where one adds nothing, its edge would hide that of the one below.
    line: (stacked ? lines.flatMap(rising) : lines).map((run) => `M${through(run, 'high')}`).join(''),
    area: lines.map((run) => `M${through(run, 'high')}L${through(run.toReversed(), 'low')}Z`).join(''),
    dots: runs.flatMap(([only, ...others]) =>
      only && others.length === 0 && !(stacked && only.high === only.low)
        ? [{ x: round(x(only.at)), y: round(y(only.high)) }]
        : [],
    ),
  }
}

/** The parts of a run in which each step has a value above 0 at one of its ends. */
function rising(run: readonly Point[]): Point[][] {
  const adds = ({ low, high }: Point): boolean => high > low
  const parts: Point[][] = []
  run.forEach((point, index) => {
    const before = run[index - 1]
    if (before && (adds(before) || adds(point))) parts.at(-1)!.push(point)
    else parts.push([point])
  })
  return parts.filter(({ length }) => length > 1)
}

/** A tenth of a px is more than a screen shows. */
function round(px: number): number {
  return Math.round(px * 10) / 10
}
