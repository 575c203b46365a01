import { clock } from '@plugboard/core'
import type { ManagerSnapshot, PluginFact, PluginManager } from '@plugboard/core'

/** How long a snapshot is that of now, in milliseconds. */
const FRESH_MS = 1_000

/** One snapshot of all plugins a second, shared by its readers: the sampler takes it, the board and /metrics read it. */
export class Snapshots {
  readonly #manager: Pick<PluginManager, 'snapshot'>
  readonly #now: () => number
  #last: { readonly snapshot: ManagerSnapshot; readonly takenAt: number } | null = null

  /** @param now milliseconds of a monotonic clock */
  constructor(manager: Pick<PluginManager, 'snapshot'>, now: () => number = () => clock.now()) {
    this.#manager = manager
    this.#now = now
  }

  /** A new one, which is the current one from now on. */
  take(): ManagerSnapshot {
    const snapshot = this.#manager.snapshot()
    this.#last = { snapshot, takenAt: this.#now() }
    return snapshot
  }

  /** The last one, unless it is too old, or a fact has changed what it says. */
  current(): ManagerSnapshot {
    if (this.#last && this.#now() - this.#last.takenAt <= FRESH_MS) return this.#last.snapshot
    return this.take()
  }

  takeFact({ type }: PluginFact): void {
    if (type !== 'log') this.#last = null
  }
}
