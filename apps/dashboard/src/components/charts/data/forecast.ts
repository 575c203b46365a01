import { own, type Series } from '@plugboard/protocol'

/** What a line through fewer points, or a shorter time, would say is chance. */
const LEAST_POINTS = 30
const LEAST_MS = 30_000
/** The line must explain so much of what the figures do: garbage collections go up and down. */
const LEAST_FIT = 0.8
/** How far back the line looks. */
const WINDOW_MS = 180_000
/** Further ahead nobody knows. */
const HORIZON_MS = 3_600_000

/**
 * When a straight line through the last minutes of a figure reaches a limit.
 * @param since when what is looked at began, in epoch milliseconds: what was before is another process
 * @returns milliseconds from its last point; null where it does not rise steadily, or not within an hour
 */
export function timeToLimit(
  series: Series,
  { name, limit, since }: { readonly name: string; readonly limit: number; readonly since: number },
): number | null {
  const { at } = series
  const values = own(series.values, name) ?? []
  const now = at.at(-1) ?? 0
  const from = Math.max(since, now - WINDOW_MS)
  const points = at.flatMap((moment, index) => {
    const value = values[index]
    return moment >= from && typeof value === 'number' ? [{ x: moment - now, y: value }] : []
  })
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last || points.length < LEAST_POINTS || last.x - first.x < LEAST_MS) return null
  const { slope, fit } = lineThrough(points)
  if (slope <= 0 || fit < LEAST_FIT || last.y >= limit) return null
  const leftMs = (limit - last.y) / slope
  return leftMs <= HORIZON_MS ? leftMs : null
}

/** By least squares; `fit` is the share of the variance that the line explains. */
function lineThrough(points: readonly { readonly x: number; readonly y: number }[]): {
  readonly slope: number
  readonly fit: number
} {
  const mean = (of: (point: { readonly x: number; readonly y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)]
  const xx = mean((point) => (point.x - x) ** 2)
  const yy = mean((point) => (point.y - y) ** 2)
  const xy = mean((point) => (point.x - x) * (point.y - y))
  return { slope: xx === 0 ? 0 : xy / xx, fit: xx * yy === 0 ? 0 : xy ** 2 / (xx * yy) }
}

/** How often something happened, and how far apart on average; null: less than twice. */
export function rhythmOf(moments: readonly number[]): { readonly times: number; readonly everyMs: number } | null {
  if (moments.length < 2) return null
  const [first, last] = [Math.min(...moments), Math.max(...moments)]
  return { times: moments.length, everyMs: (last - first) / (moments.length - 1) }
}
