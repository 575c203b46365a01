import { clock, type DeadLetter, type PluginFact } from '@plugboard/core'
import type { JsonObject, PluginEvent } from '@plugboard/plugin-sdk'
import type { JsonValue } from '@plugboard/protocol'
import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import { SecretKeyError, type SecretBox } from '../store/secret-box.ts'
import type { Store } from '../store/store.ts'
import type { GoneLetter, StoredLetter } from '../store/tables/dead-letters.ts'
import { publisherOf, type LetterDisplay, type Redact } from '../views/event.ts'
import { MASK } from './hidden-secrets.ts'

interface DeadLetterStoreOptions {
  readonly store: Store
  readonly log: Logger
  readonly box: SecretBox
  readonly redact: Redact
}

/** Holds what may be shown of an event that is edited, until its replay is over. */
const EDITING = 'editing'
const MAX_WAITING_BYTES = 32 * 1_024 * 1_024

/** What may be shown of an event that holds a secret. */
interface ShownEvent {
  readonly data: JsonValue
  readonly subject?: string
}

/** What may be shown of a letter that holds a secret: of its error, and of some of its events, by their keys. */
export interface ShownLetter {
  readonly error: DeadLetter['error']
  readonly events: Readonly<Record<string, ShownEvent>>
}

/** What may be shown of the letters of one plugin. The same event may be in several of them. */
interface ShownOfPlugin {
  readonly letters: Map<string, ShownLetter>
  readonly events: Map<string, { readonly holders: Set<string>; readonly shown: ShownEvent }>
}

/** A letter as it is stored; in clear without the second part. */
type SealedLetter = DeadLetter & { readonly shown?: ShownLetter }

/**
 * Stores dead letters across restarts, until they are replayed or discarded. Their events are stored as they were
 * delivered: a letter that holds a secret of a plugin is encrypted. What may be shown of such a letter is worked out when
 * it comes, and kept with it: later the secret may have been replaced, or its plugin unloaded.
 */
export class DeadLetterStore implements LetterDisplay {
  readonly #options: DeadLetterStoreOptions
  readonly #outbox: Outbox<StoredLetter | GoneLetter>
  /** By plugin; only of letters that hold secrets. */
  readonly #shown = new Map<string, ShownOfPlugin>()
  /** Encrypted by an earlier version, which kept nothing to show. */
  readonly #sealedBefore = new Set<string>()

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
    else if (fact.type === 'dead-letter-gone') {
      this.#forget(pluginId, fact.letterId)
      this.#outbox.push({ pluginId, gone: fact.letterId })
    } else if (fact.type === 'unloaded') this.#shown.delete(pluginId)
  }

  dataOf(pluginId: string, event: PluginEvent): JsonValue {
    return this.#shownEvent(pluginId, event)?.data ?? this.#redact(pluginId, [event], event.data as JsonValue)
  }

  subjectOf(pluginId: string, event: PluginEvent): string | undefined {
    const { subject } = event
    if (subject === undefined) return undefined
    return this.#shownEvent(pluginId, event)?.subject ?? this.#redact(pluginId, [event], subject)
  }

  errorOf(pluginId: string, letter: DeadLetter): DeadLetter['error'] {
    const shown = this.#shown.get(pluginId)?.letters.get(letter.id)
    return shown?.error ?? this.#redact(pluginId, letter.events, letter.error)
  }

  /** What of a letter is hidden, for `rememberShown`; undefined where all of it may be shown. */
  shownOf(pluginId: string, letterId: string): ShownLetter | undefined {
    return this.#shown.get(pluginId)?.letters.get(letterId)
  }

  /** Before a letter is put back: what was hidden of it stays hidden, also if the secret was replaced meanwhile. */
  rememberShown(pluginId: string, letterId: string, shown: ShownLetter | undefined): void {
    if (shown) this.#keep(pluginId, letterId, shown)
  }

  /**
   * Replays an event with data that somebody has edited without seeing the secrets in it. If it fails again, its letter
   * shows the data as it was typed.
   */
  async whileEdited<T>(
    pluginId: string,
    { event, shown }: { readonly event: PluginEvent; readonly shown: JsonValue },
    act: () => Promise<T>,
  ): Promise<T> {
    const subject = this.#shownEvent(pluginId, event)?.subject
    const data = this.#redact(pluginId, [event], shown)
    const holder = `${EDITING} ${keyOf(event)}`
    if (!isSame(data, event.data)) {
      const events = { [keyOf(event)]: { data, ...(subject !== undefined && { subject }) } }
      this.#hold(pluginId, holder, events)
    }
    try {
      return await act()
    } finally {
      this.#release(pluginId, holder, [keyOf(event)])
    }
  }

  /** By plugin, the oldest first. One that the key cannot open is listed without its events: the key may come back. */
  async read(): Promise<ReadonlyMap<string, readonly DeadLetter[]>> {
    const stored = await this.#options.store.deadLetters.list()
    const groups = Map.groupBy(stored, ({ pluginId }) => pluginId)
    return new Map([...groups].map(([id, letters]) => [id, letters.map((letter) => this.#open(letter))]))
  }

  /** Encrypts those of a plugin that an earlier version stored in clear. All plugins are loaded: their secrets are known. */
  protect(pluginId: string, letters: readonly DeadLetter[]): void {
    for (const letter of letters) {
      if (this.#learn(pluginId, letter)) this.#put(pluginId, letter)
      this.#sealedBefore.delete(placeOf(pluginId, letter.id))
    }
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
    const shown = this.#learn(pluginId, letter)
    const text = JSON.stringify(shown ? { sealed: this.#seal(pluginId, { ...letter, shown }) } : letter)
    this.#outbox.push({ pluginId, letterId, letter: text })
  }

  /** Takes note of what may be shown of a letter; undefined where it holds no secret. */
  #learn(pluginId: string, letter: DeadLetter): ShownLetter | undefined {
    const events: Record<string, ShownEvent> = {}
    for (const event of letter.events) {
      const shown = this.#shownEvent(pluginId, event) ?? this.#hiding(pluginId, letter.id, event)
      if (shown) events[keyOf(event)] = shown
    }
    const error = this.errorOf(pluginId, letter)
    this.#forget(pluginId, letter.id)
    if (Object.keys(events).length === 0 && isSame(error, letter.error)) return undefined
    const shown = { error, events }
    this.#keep(pluginId, letter.id, shown)
    return shown
  }

  #keep(pluginId: string, letterId: string, shown: ShownLetter): void {
    this.#hold(pluginId, letterId, shown.events)
    this.#shown.get(pluginId)!.letters.set(letterId, shown)
  }

  #hold(pluginId: string, holder: string, events: ShownLetter['events']): void {
    const own = this.#shown.get(pluginId) ?? { letters: new Map(), events: new Map() }
    this.#shown.set(pluginId, own)
    for (const [key, shown] of Object.entries(events)) {
      const known = own.events.get(key)
      if (known) known.holders.add(holder)
      else own.events.set(key, { holders: new Set([holder]), shown })
    }
  }

  #release(pluginId: string, holder: string, keys: readonly string[]): void {
    const own = this.#shown.get(pluginId)
    for (const key of keys) {
      const known = own?.events.get(key)
      known?.holders.delete(holder)
      if (known?.holders.size === 0) own?.events.delete(key)
    }
  }

  #forget(pluginId: string, letterId: string): void {
    const letters = this.#shown.get(pluginId)?.letters
    this.#release(pluginId, letterId, Object.keys(letters?.get(letterId)?.events ?? {}))
    letters?.delete(letterId)
  }

  /** What may be shown of an event; undefined where all of it may be. */
  #hiding(pluginId: string, letterId: string, event: PluginEvent): ShownEvent | undefined {
    const { data, subject } = event
    const shown = this.#redact(pluginId, [event], {
      data: data as JsonValue,
      ...(subject !== undefined && { subject }),
    })
    if (!isSame(shown, { data, ...(subject !== undefined && { subject }) })) return shown
    // It holds a secret that nobody knows any more.
    return this.#sealedBefore.has(placeOf(pluginId, letterId)) ? { ...shown, data: MASK } : undefined
  }

  /** Also of an event that has failed again, and is in a letter of the same plugin already. */
  #shownEvent(pluginId: string, event: PluginEvent): ShownEvent | undefined {
    const events = this.#shown.get(pluginId)?.events
    // Most plugins have none, and the key takes the whole of the data.
    return events && events.size > 0 ? events.get(keyOf(event))?.shown : undefined
  }

  #redact<T>(pluginId: string, events: readonly PluginEvent[], value: T): T {
    return this.#options.redact([...new Set([pluginId, ...events.flatMap(publisherOf)])], value)
  }

  #seal(pluginId: string, letter: SealedLetter): string {
    const sealed = this.#options.box.seal(letter as unknown as JsonObject, placeOf(pluginId, letter.id))
    return Buffer.from(sealed).toString('base64')
  }

  #open({ pluginId, letterId, letter }: StoredLetter): DeadLetter {
    const stored = JSON.parse(letter) as DeadLetter | { readonly sealed: string }
    if (!('sealed' in stored)) return stored
    const { box, log } = this.#options
    try {
      const place = placeOf(pluginId, letterId)
      const opened = box.open(Buffer.from(stored.sealed, 'base64'), place) as unknown as SealedLetter
      const { shown, ...whole } = opened
      if (shown) this.#keep(pluginId, letterId, withKeys(shown, whole.events))
      else this.#sealedBefore.add(place)
      return whole
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

/**
 * Sources give ids of their own, which may be the same for several events; and one that somebody has edited is the same with
 * other data.
 */
function keyOf(event: PluginEvent): string {
  return createHash('sha256').update(JSON.stringify(event.data)).update(formerKeyOf(event)).digest('base64url')
}

/** As earlier versions have stored it. */
function formerKeyOf({ id, at, type, source }: PluginEvent): string {
  return JSON.stringify([id, at, type, source])
}

function withKeys({ error, events: stored }: ShownLetter, events: readonly PluginEvent[]): ShownLetter {
  const shown = events.flatMap((event) => {
    const found = stored[keyOf(event)] ?? stored[formerKeyOf(event)]
    return found ? [[keyOf(event), found] as const] : []
  })
  return { error, events: Object.fromEntries(shown) }
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}

function placeOf(pluginId: string, letterId: string): string {
  return `dead-letter/${pluginId}/${letterId}`
}
