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
