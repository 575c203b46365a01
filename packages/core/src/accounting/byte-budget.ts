/** Something that holds bytes and can give up its oldest part. */
export interface ByteHolder {
  readonly heldBytes: number
  /** Gives up the oldest part; false if there is none. */
  shedOldest(): boolean
}

/**
 * A bound over all holders of one kind. When it is passed, whoever holds most gives up its oldest parts: a plugin that
 * keeps up loses nothing for one that does not.
 */
export class ByteBudget {
  readonly limit: number
  readonly #holders: () => Iterable<ByteHolder>
  #held = 0

  constructor(limit: number, holders: () => Iterable<ByteHolder>) {
    this.limit = limit
    this.#holders = holders
  }

  get held(): number {
    return this.#held
  }

  take(bytes: number): void {
    this.#held += bytes
    while (this.#held > this.limit) if (!this.#largest()?.shedOldest()) return
  }

  give(bytes: number): void {
    this.#held -= bytes
  }

  #largest(): ByteHolder | undefined {
    let largest: ByteHolder | undefined
    for (const holder of this.#holders()) if (holder.heldBytes > (largest?.heldBytes ?? 0)) largest = holder
    return largest
  }
}
