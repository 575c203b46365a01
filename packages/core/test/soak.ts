/** How often something random is tried: a few times in `npm test`, many times in `pnpm soak`. */
export function times(inTest: number, inSoak: number): number {
  return process.env.PLUGBOARD_SOAK === '1' ? inSoak : inTest
}

/** For a test that takes its time: once in `npm test`, and again and again in `pnpm soak`. */
export const LONG = { repeats: times(0, 20), timeout: times(120_000, 3_600_000) }
