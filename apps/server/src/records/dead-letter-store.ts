import type { DeadLetter, PluginFact } from '@plugboard/core'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import { roughSize } from '../store/rough-size.ts'
import type { Store } from '../store/store.ts'

type Change =
  | { readonly pluginId: string; readonly letter: DeadLetter }
  | { readonly pluginId: string; readonly gone: string }

const MAX_WAITING_BYTES = 32 * 1_024 * 1_024

/** Stores dead letters across restarts, until they are replayed or discarded. */
export class DeadLetterStore {
  readonly #store: Store
  readonly #outbox: Outbox<Change>

  constructor(store: Store, log: Logger) {
    this.#store = store
    this.#outbox = new Outbox({
      name: 'dead letters',
      delayMs: 100,
      capacity: 20_000,
      sizeOf: (change) => ('letter' in change ? roughSize(change.letter) : 0),
      capacityBytes: MAX_WAITING_BYTES,
      log,
      write: (changes) => store.deadLetters.change(changes),
    })
  }

  takeFact(fact: PluginFact): void {
    const { id: pluginId } = fact
    if (fact.type === 'dead-letter' || fact.type === 'dead-letter-reduced')
      this.#outbox.push({ pluginId, letter: fact.letter })
    else if (fact.type === 'dead-letter-gone') this.#outbox.push({ pluginId, gone: fact.letterId })
  }

  /** By plugin, the oldest first. */
  async read(): Promise<ReadonlyMap<string, readonly DeadLetter[]>> {
    const stored = await this.#store.deadLetters.list()
    const groups = Map.groupBy(stored, ({ pluginId }) => pluginId)
    return new Map([...groups].map(([id, letters]) => [id, letters.map(({ letter }) => letter)]))
  }

  /**
   * Runs an act that replays or discards letters. The act is not run while the store cannot write: the letters would
   * come back after a restart.
   * @throws StoreError, in which case nothing was done
   */
  async during<T>(act: () => T | Promise<T>): Promise<T> {
    await this.#outbox.flush()
    const result = await act()
    await this.#outbox.catchUp()
    return result
  }

  async close(): Promise<void> {
    await this.#outbox.close()
  }
}
