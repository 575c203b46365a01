/** The two times of a process. Lengths of time are never computed from times of day. */
export interface Clock {
  /** For lengths of time: milliseconds since some moment. Never goes back or jumps, whatever becomes of the system’s clock. */
  now(): number
  /**
   * For people and for what is stored: epoch milliseconds. Follows the system’s clock when that is set forward. When it is
   * set back, this one goes on at half the pace until both agree, so that what happened later is never dated earlier.
   * After more than a day, the system’s clock is followed at once: it had been wrong before.
   */
  epoch(): number
}

const PACE_WHEN_AHEAD = 0.5
const MAX_AHEAD_MS = 86_400_000

/** @param sources what the clock is made of: the system’s time of day, and a counter that never goes back */
export function makeClock(sources: { readonly wall: () => number; readonly ticks: () => number }): Clock {
  const { wall, ticks } = sources
  let last = wall()
  let lastTick = ticks()
  return {
    now: ticks,
    epoch() {
      const [time, tick] = [wall(), ticks()]
      const later = Math.max(time, last + (tick - lastTick) * PACE_WHEN_AHEAD)
      last = later - time > MAX_AHEAD_MS ? time : later
      lastTick = tick
      return Math.floor(last)
    },
  }
}

/** The clock of this process; every part of the core and of the server reads this one. */
export const clock: Clock = makeClock({ wall: () => Date.now(), ticks: () => performance.now() })
