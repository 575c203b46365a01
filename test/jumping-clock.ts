/**
 * For a run of the suite under a system clock that nobody can rely on: PLUGBOARD_TEST_CLOCK=jumps. The time of day of the
 * test process, which is the host of the plugins, is set back by an hour and by two seconds, forward by eight hours, and
 * stands still, each for a while, again and again.
 */
const PHASE_MS = 700
const HOUR_MS = 3_600_000
const OFFSETS = [0, -HOUR_MS, -2_000, 8 * HOUR_MS, 'still'] as const

if (process.env.PLUGBOARD_TEST_CLOCK === 'jumps') setJumping()

function setJumping(): void {
  const RealDate = globalThis.Date
  const real = RealDate.now.bind(RealDate)
  let last = real()
  const now = (): number => {
    const offset = OFFSETS[Math.floor(performance.now() / PHASE_MS) % OFFSETS.length]!
    if (offset !== 'still') last = real() + offset
    return last
  }
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
  })
}
