import type { PluginEvent } from '@plugboard/plugin-sdk'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'

/**
 * One or more events that were not handled successfully, and the reason. An `in-doubt` letter holds the events whose
 * outcome is unknown because the guest died.
 */
export interface DeadLetter {
  readonly id: string
  readonly reason: 'handler-failed' | 'guest-died' | 'in-doubt'
  readonly events: readonly PluginEvent[]
  /** What the plugin threw, in its own words, or how its guest ended. */
  readonly error: ThrownInfo
  /** Epoch milliseconds. */
  readonly at: number
}

/** The newest dead letters of one plugin. Beyond the capacity the oldest are deleted, and `evicted` counts them. */
export class DeadLetters {
  readonly #capacity: number
  readonly #letters = new Map<string, DeadLetter>()
  #nextId: number
  #evicted = 0

  /** @param letters those of the former run, oldest first */
  constructor(capacity: number, letters: readonly DeadLetter[] = []) {
    this.#capacity = capacity
    for (const letter of letters.slice(-capacity)) this.#letters.set(letter.id, letter)
    this.#nextId = letters.reduce((next, { id }) => Math.max(next, (Number(id) || 0) + 1), 1)
  }

  get size(): number {
    return this.#letters.size
  }

  /** How many were lost to the capacity. */
  get evicted(): number {
    return this.#evicted
  }

  add(letter: Omit<DeadLetter, 'id'>): DeadLetter {
    const added = { ...letter, id: String(this.#nextId++) }
    this.#letters.set(added.id, added)
    const oldest = this.#letters.size > this.#capacity ? this.#letters.keys().next().value : undefined
    if (oldest !== undefined) {
      this.#letters.delete(oldest)
      this.#evicted += 1
    }
    return added
  }

  /** Newest first. */
  list(): DeadLetter[] {
    return [...this.#letters.values()].toReversed()
  }

  has(id: string): boolean {
    return this.#letters.has(id)
  }

  take(id: string): DeadLetter | undefined {
    const letter = this.#letters.get(id)
    this.#letters.delete(id)
    return letter
  }
}
