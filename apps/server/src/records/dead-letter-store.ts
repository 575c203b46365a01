import { clock, type DeadLetter, type PluginFact } from '@plugboard/core'
import type { JsonObject } from '@plugboard/plugin-sdk'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import { SecretKeyError, type SecretBox } from '../store/secret-box.ts'
import type { Store } from '../store/store.ts'
import type { GoneLetter, StoredLetter } from '../store/tables/dead-letters.ts'
import type { Redact } from '../views/event.ts'

interface DeadLetterStoreOptions {
  readonly store: Store
  readonly log: Logger
  readonly box: SecretBox
  readonly redact: Redact
}

const MAX_WAITING_BYTES = 32 * 1_024 * 1_024

/**
 * Stores dead letters across restarts, until they are replayed or discarded. Their events are stored as they were
 * delivered: a letter that holds a secret of a plugin is encrypted.
 */
export class DeadLetterStore {
  readonly #options: DeadLetterStoreOptions
  readonly #outbox: Outbox<StoredLetter | GoneLetter>

  constructor(options: DeadLetterStoreOptions) {
    const { store, log } = options
    this.#options = options
    this.#outbox = new Outbox<StoredLetter | GoneLetter>({
      name: 'dead letters',
      among: store.outboxes,
      delayMs: 100,
      capacity: 20_000,
      sizeOf: (change) => ('letter' in change ? change.letter.length : 0),
      capacityBytes: MAX_WAITING_BYTES,
      log,
      write: (changes) => store.deadLetters.change(changes),
    })
  }

  takeFact(fact: PluginFact): void {
    const { id: pluginId } = fact
    if (fact.type === 'dead-letter' || fact.type === 'dead-letter-reduced') this.#put(pluginId, fact.letter)
    else if (fact.type === 'dead-letter-gone') this.#outbox.push({ pluginId, gone: fact.letterId })
  }

  /** By plugin, the oldest first. One that the key cannot open is listed without its events: the key may come back. */
  async read(): Promise<ReadonlyMap<string, readonly DeadLetter[]>> {
    const stored = await this.#options.store.deadLetters.list()
    const groups = Map.groupBy(stored, ({ pluginId }) => pluginId)
    return new Map([...groups].map(([id, letters]) => [id, letters.map((letter) => this.#open(letter))]))
  }

  /** Encrypts those of a plugin that an earlier version stored in clear. The plugin is loaded: its secrets are known. */
  protect(pluginId: string, letters: readonly DeadLetter[]): void {
    for (const letter of letters) if (this.#holdsSecrets(pluginId, letter)) this.#put(pluginId, letter)
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

  #put(pluginId: string, letter: DeadLetter): void {
    const { id: letterId } = letter
    const text = this.#holdsSecrets(pluginId, letter)
      ? JSON.stringify({ sealed: this.#seal(pluginId, letter) })
      : JSON.stringify(letter)
    this.#outbox.push({ pluginId, letterId, letter: text })
  }

  #holdsSecrets(pluginId: string, { events }: DeadLetter): boolean {
    const publishers = events.flatMap(({ origin }) => origin.plugin ?? [])
    const data = events.map((event) => event.data)
    const shown = this.#options.redact([...new Set([pluginId, ...publishers])], data)
    return shown !== data && JSON.stringify(shown) !== JSON.stringify(data)
  }

  #seal(pluginId: string, letter: DeadLetter): string {
    const sealed = this.#options.box.seal(letter as unknown as JsonObject, placeOf(pluginId, letter.id))
    return Buffer.from(sealed).toString('base64')
  }

  #open({ pluginId, letterId, letter }: StoredLetter): DeadLetter {
    const stored = JSON.parse(letter) as DeadLetter | { readonly sealed: string }
    if (!('sealed' in stored)) return stored
    const { box, log } = this.#options
    try {
      return box.open(Buffer.from(stored.sealed, 'base64'), placeOf(pluginId, letterId)) as unknown as DeadLetter
    } catch (thrown) {
      if (!(thrown instanceof SecretKeyError)) throw thrown
      log.error({ plugin: pluginId, letter: letterId }, 'a dead letter cannot be opened with this key')
      return locked(letterId)
    }
  }
}

function locked(id: string): DeadLetter {
  const message =
    'This dead letter was encrypted with another key. Put that key back and restart the server to read it.'
  const error = { name: 'PluginError', message, stack: null, code: 'LOCKED' }
  return { id, reason: 'handler-failed', events: [], error, at: clock.epoch() }
}

function placeOf(pluginId: string, letterId: string): string {
  return `dead-letter/${pluginId}/${letterId}`
}
