import { OTHERS, type Series } from '@plugboard/protocol'

/** Less of the whole than this is not worth a colour: figures of coarse intervals do not add up to the last digit. */
const LEAST_SHARE = 0.02

/** What is left of the total beside those that are named, as one more column where it matters. */
export function withOthers(named: Series, total: readonly (number | null)[]): Series {
  const columns = Object.values(named.values)
  const rest = total.map((sum, index) => {
    if (sum === null) return null
    const known = columns.reduce((held, column) => held + (column?.[index] ?? 0), 0)
    return Math.max(0, sum - known)
  })
  const largest = total.reduce<number>((most, sum) => Math.max(most, sum ?? 0), 0)
  const matters = rest.some((value) => (value ?? 0) > largest * LEAST_SHARE)
  return matters ? { at: named.at, values: { ...named.values, [OTHERS]: rest } } : named
}
