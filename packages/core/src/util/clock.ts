/** The two times of a process. Lengths of time are never computed from times of day. */
export interface Clock {
  /** For lengths of time: milliseconds since some moment. Never goes back or jumps, whatever becomes of the system’s clock. */
  now(): number
  /**
   * For people and for what is stored: epoch milliseconds. Follows the system’s clock when that is set forward. When it is
   * set back, this one goes on at half the pace until both agree, so that what happened later is never dated earlier.
   */
  epoch(): number
}

const PACE_WHEN_AHEAD = 0.5

/** @param sources what the clock is made of: the system’s time of day, and a counter that never goes back */
export function makeClock(sources: { readonly wall: () => number; readonly ticks: () => number }): Clock {
  const { wall, ticks } = sources
  let last = wall()
  let lastTick = ticks()
  return {
    now: ticks,
    epoch() {
      const [time, tick] = [wall(), ticks()]
      last = Math.max(time, last + (tick - lastTick) * PACE_WHEN_AHEAD)
      lastTick = tick
      return Math.floor(last)
    },
  }
}

/** The clock of this process; every part of the core and of the server reads this one. */
export const clock: Clock = makeClock({ wall: () => Date.now(), ticks: () => performance.now() })
