import type { PluginEvent } from '@plugboard/plugin-sdk'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'
import type { ByteBudget, ByteHolder } from './byte-budget.ts'

/**
 * One or more events that were not handled successfully, and the reason. An `in-doubt` letter holds the events whose
 * outcome is unknown because the guest died. A `given-up` letter holds an event that the plugin itself has given up after
 * its handler had finished with it: the event is as the plugin tells it.
 */
export interface DeadLetter {
  readonly id: string
  readonly reason: 'handler-failed' | 'guest-died' | 'in-doubt' | 'given-up'
  readonly events: readonly PluginEvent[]
  /** What the plugin threw, in its own words, or how its guest ended. */
  readonly error: ThrownInfo
  /** Epoch milliseconds. */
  readonly at: number
}

interface DeadLettersOptions {
  readonly capacity: number
  /** The newest letter stays, however large it is. */
  readonly capacityBytes: number
  /** A letter was deleted to make room. */
  readonly onEvicted: (letterId: string) => void
}

interface Kept {
  readonly letter: DeadLetter
  readonly bytes: number
}

/** The newest dead letters of one plugin. Beyond a bound the oldest are deleted, and `evicted` counts them. */
export class DeadLetters implements ByteHolder {
  readonly #options: DeadLettersOptions
  /** Over all plugins. */
  readonly #budget: ByteBudget
  readonly #letters = new Map<string, Kept>()
  /** While a letter is replayed, an event that fails again must not push it out. */
  #replayedId: string | null = null
  /** Events that a replay has settled: a letter that was taken meanwhile is put back without them. */
  readonly #settled = new WeakSet<PluginEvent>()
  #newest: DeadLetter | undefined
  #nextId: number
  #heldBytes = 0
  #evicted = 0

  /** @param letters those of the former run, oldest first */
  constructor(options: DeadLettersOptions, budget: ByteBudget, letters: readonly DeadLetter[] = []) {
    this.#options = options
    this.#budget = budget
    this.#nextId = letters.reduce((next, { id }) => Math.max(next, (Number(id) || 0) + 1), 1)
    for (const letter of letters) this.#put(letter)
  }

  get size(): number {
    return this.#letters.size
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  get newest(): DeadLetter | undefined {
    return this.#newest
  }

  /** How many were deleted to make room. */
  get evicted(): number {
    return this.#evicted
  }

  add(letter: Omit<DeadLetter, 'id'>): DeadLetter {
    const added = { ...letter, id: String(this.#nextId++) }
    this.#put(added)
    return added
  }

  /** Keeps the letter that is being replayed out of eviction; null: none is any more. */
  protect(id: string | null): void {
    this.#replayedId = id
  }

  /** Replaces the events of a letter; it stays where it is. */
  reduce(letter: DeadLetter, events: readonly PluginEvent[]): DeadLetter {
    const reduced = { ...letter, events }
    const before = this.#letters.get(letter.id)
    if (before) {
      const bytes = bytesOf(reduced)
      this.#letters.set(letter.id, { letter: reduced, bytes })
      this.#account(bytes - before.bytes)
    }
    return reduced
  }

  /** Newest first. */
  list(): DeadLetter[] {
    return [...this.#letters.values()].map(({ letter }) => letter).toReversed()
  }

  find(id: string): DeadLetter | undefined {
    return this.#letters.get(id)?.letter
  }

  take(id: string): DeadLetter | undefined {
    const kept = this.#letters.get(id)
    if (!kept) return undefined
    this.#letters.delete(id)
    this.#account(-kept.bytes)
    return kept.letter
  }

  /** The event was handled, or has failed again and is in a new letter. */
  noteSettled(event: PluginEvent): void {
    this.#settled.add(event)
  }

  /**
   * Puts letters back that were taken, each where it was. One that is there already stays as it is.
   * @returns those that are there now: the oldest may have no room any more
   */
  putBack(letters: readonly DeadLetter[]): DeadLetter[] {
    const missing = letters
      .filter(({ id }) => !this.#letters.has(id))
      .flatMap((letter) => {
        const events = letter.events.filter((event) => !this.#settled.has(event))
        return letter.events.length > 0 && events.length === 0 ? [] : [{ ...letter, events }]
      })
    const kept = missing.map((letter) => ({ letter, bytes: bytesOf(letter) }))
    const all = [...this.#letters.values(), ...kept].toSorted((a, b) => Number(a.letter.id) - Number(b.letter.id))
    this.#letters.clear()
    for (const one of all) this.#letters.set(one.letter.id, one)
    this.#newest = all.at(-1)?.letter
    this.#account(kept.reduce((sum, { bytes }) => sum + bytes, 0))
    this.#shed()
    return missing.filter(({ id }) => this.#letters.has(id))
  }

  /** Deletes the oldest letter that is neither the newest nor being replayed. */
  shedOldest(): boolean {
    for (const id of this.#letters.keys()) {
      if (id === this.#replayedId || id === this.#newest?.id) continue
      this.take(id)
      this.#evicted += 1
      this.#options.onEvicted(id)
      return true
    }
    return false
  }

  /** Gives all bytes back, without a word: the plugin is unloaded. */
  release(): void {
    this.#letters.clear()
    this.#account(-this.#heldBytes)
  }

  #put(letter: DeadLetter): void {
    const bytes = bytesOf(letter)
    this.#letters.set(letter.id, { letter, bytes })
    this.#newest = letter
    this.#account(bytes)
    this.#shed()
  }

  #shed(): void {
    const { capacity, capacityBytes } = this.#options
    while (this.#letters.size > capacity || this.#heldBytes > capacityBytes) if (!this.shedOldest()) return
  }

  #account(bytes: number): void {
    this.#heldBytes += bytes
    if (bytes > 0) this.#budget.take(bytes)
    else this.#budget.give(-bytes)
  }
}

function bytesOf({ events, error }: DeadLetter): number {
  return events.reduce(
    (sum, event) => sum + JSON.stringify(event).length,
    error.message.length + (error.stack?.length ?? 0),
  )
}
