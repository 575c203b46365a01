/** How far back charts look, in minutes. */
export const RANGES = [5, 15, 60, 360, 1_440, 10_080, 43_200] as const
export type RangeMinutes = (typeof RANGES)[number]

/** As far as the server sends every second of it. */
const LIVE_MINUTES = 15

export function isLive(minutes: RangeMinutes): boolean {
  return minutes <= LIVE_MINUTES
}

/** 5 m · 6 h · 7 d, as a number and its unit. */
export function rangeParts(minutes: number): { readonly count: number; readonly unit: 'm' | 'h' | 'd' } {
  if (minutes < 60) return { count: minutes, unit: 'm' }
  return minutes <= 1_440 ? { count: minutes / 60, unit: 'h' } : { count: minutes / 1_440, unit: 'd' }
}
