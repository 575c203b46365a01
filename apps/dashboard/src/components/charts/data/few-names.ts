import { OTHERS, own, type Series } from '@plugboard/protocol'

/** More could not be told apart, by their colours or otherwise. */
const MAX_NAMES = 8

/** The largest by name, all others as one: the server names the largest of each second, and those come and go. */
export function fewNames(series: Series): Series {
  const named = Object.keys(series.values).filter((name) => name !== OTHERS)
  if (named.length <= MAX_NAMES) return series
  const sumOf = (name: string): number =>
    (own(series.values, name) ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0)
  const bySize = named.map((name) => ({ name, sum: sumOf(name) })).sort((a, b) => b.sum - a.sum)
  const [kept, rest] = [bySize.slice(0, MAX_NAMES), bySize.slice(MAX_NAMES)]
  const lumped = [OTHERS, ...rest.map(({ name }) => name)].map((name) => own(series.values, name) ?? [])
  const others = series.at.map((_, index) => {
    const known = lumped.flatMap((column) => column[index] ?? [])
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
  })
  const columns = kept.map(({ name }) => [name, own(series.values, name) ?? []] as const)
  return { at: series.at, values: Object.fromEntries([...columns, [OTHERS, others]]) }
}
