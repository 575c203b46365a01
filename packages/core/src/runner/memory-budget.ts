/**
 * What a guest may hold. A heap snapshot is taken inside the guest's process, needs more memory than the heap itself,
 * and keeps part of it for a long time. That memory does not count toward the plugin's budget. Memory beyond it does.
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
