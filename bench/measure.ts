/** Runs two measurements in turn, several times, and returns the medians: what else the machine does meets both. */
export async function sideBySide(
  ours: () => Promise<number>,
  peer: () => Promise<number>,
  rounds = 3,
): Promise<{ ours: number; peer: number }> {
  const figures: { ours: number[]; peer: number[] } = { ours: [], peer: [] }
  for (let round = 0; round < rounds; round += 1) {
    figures.peer.push(await peer())
    figures.ours.push(await ours())
  }
  return { ours: median(figures.ours), peer: median(figures.peer) }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

/** @param begin of `performance.now()` */
export function perSecond(count: number, begin: number): number {
  return (count / (performance.now() - begin)) * 1_000
}

/** Runs something so often, with so many under way at any time; returns how often per second. */
export async function inFlight(times: number, atOnce: number, run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  let left = times
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await run()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return perSecond(times, begin)
}

/** The mean time of one, in microseconds, each after the one before it. */
export async function oneByOneUs(times: number, run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  for (let n = 0; n < times; n += 1) await run()
  return ((performance.now() - begin) / times) * 1_000
}
