import { spansDays } from '../data/buckets'
import type { Figures } from '../../../format/figures'

/** The smallest round number (1, 2, 2.5, 5 × 10ⁿ) that is at least this large. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value * 0.999_999)!
}

/** Five round marks from 0 to at least `max`. */
export function valueTicks(max: number, smallest: number): number[] {
  const step = roundUp(Math.max(max, smallest) / 4)
  // 3 × 0.2 is 0.6.
  return [0, 1, 2, 3, 4].map((count) => Number((count * step).toPrecision(12)))
}

/** The same for bytes: round in units of 1,024. */
export function byteTicks(max: number): number[] {
  const unit = 1_024 ** Math.max(0, Math.floor(Math.log(Math.max(max, 1)) / Math.log(1_024)))
  const step = roundUp(Math.max(max, 1_048_576) / unit / 4) * unit
  return [0, 1, 2, 3, 4].map((count) => count * step)
}

/** What the figures of a chart are. */
export type Measure = 'bytes' | 'share 0–1' | 'per second' | 'ms' | '%' | 'events'

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB']
const MAX_DIGITS = 4

/** How the ticks of one axis are written: all in one unit, with as few digits as tell them apart. */
export function axisFormat(
  ticks: readonly number[],
  measure: Measure,
  decimal: (value: number, digits: number) => string,
): (value: number) => string {
  const { scale, unit } = unitOf(Math.max(...ticks), measure)
  const isWhole = (digits: number): boolean =>
    ticks.every(
      (tick) =>
        Math.abs(((tick / scale) * 10 ** digits) % 1) < 1e-6 ||
        Math.abs(((tick / scale) * 10 ** digits) % 1) > 1 - 1e-6,
    )
  let digits = 0
  while (digits < MAX_DIGITS && !isWhole(digits)) digits += 1
  return (value) => {
    const text = decimal(value / scale, value === 0 ? 0 : digits)
    return unit === '' ? text : `${text} ${unit}`
  }
}

function unitOf(max: number, measure: Measure): { readonly scale: number; readonly unit: string } {
  switch (measure) {
    case 'bytes': {
      const power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(Math.max(max, 1)) / 10))
      return { scale: 1_024 ** power, unit: BYTE_UNITS[power]! }
    }
    case 'ms':
      return max >= 1_000
        ? { scale: 1_000, unit: 's' }
        : max >= 1
          ? { scale: 1, unit: 'ms' }
          : { scale: 0.001, unit: 'µs' }
    case 'share 0–1':
      return { scale: 0.01, unit: '%' }
    case '%':
      return { scale: 1, unit: '%' }
    case 'per second':
    case 'events':
      return { scale: 1, unit: '' }
  }
}

const MINUTE = 60_000
const SECOND_STEPS = [1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1_000)
const MINUTE_STEPS = [1, 2, 3, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1_440, 2_880, 7_200, 14_400].map(
  (minutes) => minutes * MINUTE,
)
const TIME_STEPS = [...SECOND_STEPS, ...MINUTE_STEPS]
const MAX_TIME_TICKS = 6

/** Marks at round times of this machine's time zone, six of them at most. */
export function timeTicks({ from, to }: { readonly from: number; readonly to: number }): number[] {
  const step = TIME_STEPS.find((one) => (to - from) / one <= MAX_TIME_TICKS) ?? TIME_STEPS.at(-1)!
  const local = from - offsetOf(from)
  const ticks: number[] = []
  for (let wall = Math.ceil(local / step) * step; ; wall += step) {
    const at = momentOf(wall)
    if (at > to) return ticks
    if (at >= from && at > (ticks.at(-1) ?? -Infinity)) ticks.push(at)
  }
}

/** How the moments of an axis are written: by their day, or by a clock that tells its ticks apart. */
export function timeFormat(
  { from, to }: { readonly from: number; readonly to: number },
  figures: Pick<Figures, 'date' | 'clock' | 'clockMinutes'>,
): (at: number) => string {
  if (spansDays({ from, to })) return figures.date
  return to - from <= SECOND_STEPS.at(-1)! * MAX_TIME_TICKS ? figures.clock : figures.clockMinutes
}

/** What is added to the time of a clock on the wall, in milliseconds, to get the moment. */
function offsetOf(at: number): number {
  return new Date(at).getTimezoneOffset() * MINUTE
}

/** When a clock on the wall shows this: it is put forward and back twice a year. */
function momentOf(wall: number): number {
  return wall + offsetOf(wall + offsetOf(wall))
}
