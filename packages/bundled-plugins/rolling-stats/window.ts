export interface WindowSummary {
  readonly count: number
  readonly mean: number
  readonly min: number
  readonly max: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** More values than this in one window: the oldest give way. */
const MAX_VALUES = 10_000

/** The values of one metric over the last seconds. */
export class MovingWindow {
  readonly #values: { readonly at: number; readonly value: number }[] = []

  /** @param at epoch milliseconds */
  add(at: number, value: number): void {
    this.#values.push({ at, value })
    if (this.#values.length > MAX_VALUES) this.#values.shift()
  }

  /** Null when no value is younger than the window. */
  summarize(now: number, windowSeconds: number): WindowSummary | null {
    const oldest = now - windowSeconds * 1_000
    while (this.#values.length > 0 && this.#values[0]!.at < oldest) this.#values.shift()
    if (this.#values.length === 0) return null
    const sorted = this.#values.map(({ value }) => value).sort((a, b) => a - b)
    return {
      count: sorted.length,
      mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
      min: sorted[0]!,
      max: sorted.at(-1)!,
      p50: percentile(sorted, 0.5),
      p95: percentile(sorted, 0.95),
      p99: percentile(sorted, 0.99),
    }
  }
}

/** The nearest-rank percentile of values in ascending order. */
export function percentile(sorted: readonly number[], quantile: number): number {
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)]!
}
