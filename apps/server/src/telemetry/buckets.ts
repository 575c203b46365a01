/** Epoch milliseconds, then mean, least and greatest of the interval; null is a gap. */
export type Bucket = [at: number, mean: number | null, min: number | null, max: number | null]

/** Folds points into at most so many intervals of equal length; the extremes of each are kept. */
export function bucketize(
  at: readonly number[],
  values: readonly (number | null)[],
  { from, to, points }: { readonly from: number; readonly to: number; readonly points: number },
): Bucket[] {
  const width = Math.max(1_000, Math.ceil((to - from) / points))
  const buckets: Bucket[] = []
  let members: number[] = []
  let start: number | null = null
  const close = (): void => {
    if (start !== null) buckets.push(fold(start, members))
    members = []
  }
  at.forEach((moment, index) => {
    if (moment < from || moment > to) return
    const slot = from + Math.floor((moment - from) / width) * width
    if (slot !== start) {
      close()
      start = slot
    }
    const value = values[index]
    if (value !== null && value !== undefined) members.push(value)
  })
  close()
  return buckets
}

function fold(at: number, members: readonly number[]): Bucket {
  if (members.length === 0) return [at, null, null, null]
  const mean = members.reduce((sum, value) => sum + value, 0) / members.length
  return [at, mean, Math.min(...members), Math.max(...members)]
}
