/** Buckets per doubling: neighbouring bounds differ by 9 %, which bounds the error of a quantile. */
const PER_DOUBLING = 8
/** 1 µs to about 2^26 µs (67 s); slower ones share the last bucket. */
const BUCKETS = 26 * PER_DOUBLING + 1

/** Counts durations in logarithmic buckets. Histograms of the same plugin merge by adding their counts. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS)
  #total = 0

  get total(): number {
    return this.#total
  }

  record(durationUs: number): void {
    this.#counts[bucketOf(durationUs)]! += 1
    this.#total += 1
  }

  /** Adds pairs of bucket and count, as {@link drain} gives them. Ignores what no histogram can have. */
  add(pairs: readonly number[]): void {
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const bucket = pairs[at]!
      const count = pairs[at + 1]!
      if (!Number.isInteger(bucket) || bucket < 0 || bucket >= BUCKETS || !(count > 0)) continue
      this.#counts[bucket]! += count
      this.#total += count
    }
  }

  /** Returns the non-empty buckets as pairs of bucket and count, and starts again at zero. */
  drain(): number[] {
    const pairs: number[] = []
    if (this.#total === 0) return pairs
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const count = this.#counts[bucket]!
      if (count === 0) continue
      pairs.push(bucket, count)
      this.#counts[bucket] = 0
    }
    this.#total = 0
    return pairs
  }

  /**
   * The quantile (0…1) of the counted durations, in milliseconds, rounded up to the bound of its bucket; null if none
   * was counted.
   */
  quantileMs(quantile: number): number | null {
    if (this.#total === 0) return null
    const rank = Math.max(1, Math.ceil(quantile * this.#total))
    let seen = 0
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.#counts[bucket]!
      if (seen >= rank) return 2 ** (bucket / PER_DOUBLING) / 1_000
    }
    return null
  }

  /** How many durations are in buckets that begin at this one or above it. */
  countAbove(limitMs: number): number {
    let count = 0
    for (let bucket = bucketOf(limitMs * 1_000) + 1; bucket < BUCKETS; bucket += 1) count += this.#counts[bucket]!
    return count
  }
}

function bucketOf(durationUs: number): number {
  if (!(durationUs > 1)) return 0
  return Math.min(BUCKETS - 1, Math.ceil(Math.log2(durationUs) * PER_DOUBLING))
}
