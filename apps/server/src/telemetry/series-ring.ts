import type { Point, Series } from '@plugboard/protocol'

/** The last points of a few metrics, in typed arrays; NaN stands for a gap. */
export class SeriesRing<Name extends string> {
  readonly #names: readonly Name[]
  readonly #capacity: number
  readonly #at: Float64Array
  readonly #columns: ReadonlyMap<Name, Float64Array>
  #next = 0
  #length = 0

  constructor(names: readonly Name[], capacity: number) {
    this.#names = names
    this.#capacity = capacity
    this.#at = new Float64Array(capacity)
    this.#columns = new Map(names.map((name) => [name, new Float64Array(capacity)]))
  }

  push({ at, values }: Point<Name>): void {
    this.#at[this.#next] = at
    for (const [name, column] of this.#columns) column[this.#next] = values[name] ?? Number.NaN
    this.#next = (this.#next + 1) % this.#capacity
    this.#length = Math.min(this.#length + 1, this.#capacity)
  }

  get last(): Point<Name> | undefined {
    if (this.#length === 0) return undefined
    const slot = (this.#next + this.#capacity - 1) % this.#capacity
    const values: Partial<Record<Name, number | null>> = {}
    for (const [name, column] of this.#columns) values[name] = orGap(column[slot]!)
    return { at: this.#at[slot]!, values }
  }

  /** One metric of the last seconds, a value for each, oldest first; empty before the first point. */
  lastSeconds(name: Name, seconds: number): (number | null)[] {
    const column = this.#columns.get(name)
    if (!column || this.#length === 0) return []
    const values = new Array<number | null>(seconds).fill(null)
    const newest = this.#at[(this.#next + this.#capacity - 1) % this.#capacity]!
    for (let back = 1; back <= this.#length; back += 1) {
      const slot = (this.#next - back + this.#capacity) % this.#capacity
      // To the nearest: samples are a few milliseconds early or late.
      const second = seconds - 1 - Math.round((newest - this.#at[slot]!) / 1_000)
      if (second < 0) break
      values[second] = orGap(column[slot]!)
    }
    return values
  }

  /** Oldest first. */
  series(): Series<Name> {
    const slots = Array.from(
      { length: this.#length },
      (_, index) => (this.#next - this.#length + index + this.#capacity) % this.#capacity,
    )
    const values: Partial<Record<Name, readonly (number | null)[]>> = {}
    for (const name of this.#names) {
      const column = this.#columns.get(name)!
      values[name] = slots.map((slot) => orGap(column[slot]!))
    }
    return { at: slots.map((slot) => this.#at[slot]!), values }
  }
}

function orGap(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
