/** How often something random is tried: a few times in `npm test`, many times in `pnpm soak`. */
export function times(inTest: number, inSoak: number): number {
  return process.env.PLUGBOARD_SOAK === '1' ? inSoak : inTest
}
