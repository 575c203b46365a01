/**
 * What a guest may hold. A heap snapshot is written down in the guest's own process and takes more memory than the heap
 * itself, some of it for long after: that is not held against the plugin. What it takes on top of that is.
 */
export class MemoryBudget {
  readonly bytes: number
  /** Before a snapshot began. */
  #before: number | null = null
  #allowance = 0

  constructor(bytes: number) {
    this.bytes = bytes
  }

  /** @returns what the plugin holds beyond its budget, by this look; 0 when it keeps to it */
  excess(memoryBytes: number, { snapshotting }: { readonly snapshotting: boolean }): number {
    if (snapshotting) {
      this.#before ??= memoryBytes
      this.#allowance = Infinity
      return 0
    }
    // It shrinks as that memory is given back, and never grows again.
    this.#allowance = Math.min(this.#allowance, Math.max(0, memoryBytes - (this.#before ?? memoryBytes)))
    if (this.#allowance === 0) this.#before = null
    return Math.max(0, memoryBytes - this.#allowance - this.bytes)
  }
}
