/** How often something happened in so many trials. */
export interface Share {
  readonly hits: number
  readonly trials: number
}

/** Odds of the alternatives that are tried, as multiples of those of the limit: 2, 4, …, 4,096. */
const ALTERNATIVES = Array.from({ length: 12 }, (_, index) => 2 ** (index + 1))
/** Of a normal distribution: one in 200 is beyond it on one side. */
const Z = 2.576

/**
 * Whether a share is larger than `limit`, at a false-alarm rate of `alpha` however often and whenever it is asked: a mixture
 * of likelihood ratios over larger shares is a martingale that may reach 1/alpha by chance with probability alpha at most
 * (Ville 1939; Robbins 1970).
 * @param limit 0…1, without its ends
 */
export function isLargerThan(limit: number, { hits, trials }: Share, alpha: number): boolean {
  if (hits === 0) return false
  const odds = limit / (1 - limit)
  const logs = ALTERNATIVES.map((factor) => {
    const share = (odds * factor) / (1 + odds * factor)
    return hits * Math.log(share / limit) + (trials - hits) * Math.log((1 - share) / (1 - limit))
  })
  const most = Math.max(...logs)
  const mixture = most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / logs.length)
  return mixture >= -Math.log(alpha)
}

/** What a share may be at most, to judge by what was seen of it (Wilson 1927, 99.5 %); 1 where nothing was. */
export function upperBound({ hits, trials }: Share): number {
  if (trials === 0) return 1
  const share = hits / trials
  const square = Z * Z
  const middle = share + square / (2 * trials)
  const half = Z * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials * trials))
  return Math.min(1, (middle + half) / (1 + square / trials))
}
