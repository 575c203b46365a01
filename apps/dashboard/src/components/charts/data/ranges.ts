/** How far back charts look, in minutes. */
export const RANGES = [5, 15, 60, 360, 1_440, 10_080, 43_200] as const
export type RangeMinutes = (typeof RANGES)[number]

/** As far as the server sends every second of it. */
const LIVE_MINUTES = 15

export function isLive(minutes: RangeMinutes): boolean {
  return minutes <= LIVE_MINUTES
}
