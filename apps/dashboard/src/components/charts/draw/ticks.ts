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

const MINUTE = 60_000
const TIME_STEPS = [1, 2, 3, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1_440, 2_880, 7_200, 14_400].map(
  (minutes) => minutes * MINUTE,
)
const MAX_TIME_TICKS = 6

/** Marks at round times of this machine's time zone, six of them at most. */
export function timeTicks({ from, to }: { readonly from: number; readonly to: number }): number[] {
  const step = TIME_STEPS.find((one) => (to - from) / one <= MAX_TIME_TICKS) ?? TIME_STEPS.at(-1)!
  const offset = new Date(from).getTimezoneOffset() * MINUTE
  const first = Math.ceil((from - offset) / step) * step + offset
  const ticks: number[] = []
  for (let at = first; at <= to; at += step) ticks.push(at)
  return ticks
}
