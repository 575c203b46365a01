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
  /** While a letter is replayed, an event that fails again must not push it out. */
  #replayedId: string | null = null
  #nextId: number
  #evicted = 0
  #newest: DeadLetter | undefined

  /** @param letters those of the former run, oldest first */
  constructor(capacity: number, letters: readonly DeadLetter[] = []) {
    this.#capacity = capacity
    for (const letter of letters.slice(-capacity)) this.#letters.set(letter.id, letter)
    this.#nextId = letters.reduce((next, { id }) => Math.max(next, (Number(id) || 0) + 1), 1)
  }

  get size(): number {
    return this.#letters.size
  }

  get newest(): DeadLetter | undefined {
    return this.#newest
  }

  /** How many were lost to the capacity. */
  get evicted(): number {
    return this.#evicted
  }

  add(letter: Omit<DeadLetter, 'id'>): DeadLetter {
    const added = { ...letter, id: String(this.#nextId++) }
    this.#letters.set(added.id, added)
    this.#newest = added
    if (this.#letters.size > this.#capacity) this.#evictOldest(added)
    return added
  }

  /** Keeps the letter that is being replayed out of eviction; null: none is any more. */
  protect(id: string | null): void {
    this.#replayedId = id
  }

  /** Replaces the events of a letter; it stays where it is. */
  reduce(letter: DeadLetter, events: readonly PluginEvent[]): DeadLetter {
    const reduced = { ...letter, events }
    this.#letters.set(letter.id, reduced)
    return reduced
  }

  /** Newest first. */
  list(): DeadLetter[] {
    return [...this.#letters.values()].toReversed()
  }

  find(id: string): DeadLetter | undefined {
    return this.#letters.get(id)
  }

  take(id: string): DeadLetter | undefined {
    const letter = this.#letters.get(id)
    this.#letters.delete(id)
    return letter
  }

  #evictOldest(added: DeadLetter): void {
    for (const id of this.#letters.keys()) {
      if (id === this.#replayedId || id === added.id) continue
      this.#letters.delete(id)
      this.#evicted += 1
      return
    }
  }
}
