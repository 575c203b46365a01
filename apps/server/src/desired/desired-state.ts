import { clock, SECRET_RULES } from '@plugboard/core'
import type { Plan, PluginSnapshot, PluginManager, PluginUpdate, StoredPlugin, StoredUpdate } from '@plugboard/core'
import type { Permission } from '@plugboard/plugin-sdk'
import type { DisabledTogether } from '@plugboard/protocol'
import type { Logger } from 'pino'
import type { Store } from '../store/store.ts'
import type { ConfigRevisionRow } from '../store/tables/config-revisions.ts'
import type { Desired, PluginRow, UpdateRecord } from '../store/tables/plugins.ts'
import { disabledSets } from './disabled-together.ts'

export interface Intent {
  readonly id: string
  readonly desired: Desired
}

const RETRY_MS = 5_000
/** Versions that are remembered as a way back. */
const MAX_RAN = 10

/**
 * The requested state of each plugin, which is on disk before it is acted on. While operations on a plugin are running,
 * their intents stay stored. When the last operation has ended, the state that the manager holds is written if it differs
 * from what is on disk. So an operation that was refused changes nothing.
 */
export class DesiredState {
  readonly #store: Store
  readonly #manager: PluginManager
  readonly #log: Logger
  /** What is on disk, or about to be, by plugin. */
  readonly #written = new Map<string, PluginRow>()
  /** How many operations are under way, by plugin. */
  readonly #underWay = new Map<string, number>()
  /** The plugins whose state could not be written after their operations; it is tried again. */
  readonly #unsettled = new Set<string>()
  /** By plugin: the last update that was kept, once its former version is among those that ran. */
  readonly #kept = new Map<string, string>()
  #retry: NodeJS.Timeout | undefined

  constructor({ store, manager, log }: { store: Store; manager: PluginManager; log: Logger }) {
    this.#store = store
    this.#manager = manager
    this.#log = log
  }

  /** Takes what is on disk at start. */
  async read(): Promise<readonly PluginRow[]> {
    const rows = await this.#store.plugins.list()
    for (const row of rows) this.#written.set(row.id, row)
    return rows
  }

  /** Whether a plugin was ever loaded here. */
  isKnown(id: string): boolean {
    return this.#written.has(id)
  }

  /**
   * Writes the intents and runs `act`. Then writes the new state of `id`, of the plugins in `intents`, and of those in the
   * plan that `act` returns.
   * @param by who asked for it
   * @throws StoreError, in which case nothing was done; and the errors of the act
   */
  async run(
    id: string,
    { intents, by }: { readonly intents: readonly Intent[]; readonly by: string },
    act: () => Promise<Plan>,
  ): Promise<void> {
    const ids = [...new Set([id, ...intents.map((intent) => intent.id)])]
    await this.#during(ids, async () => {
      await this.#write(intents, by)
      const { steps } = await act()
      return steps.map((step) => step.id)
    })
  }

  /** The grants of a plugin that are on disk or being written; those of the manager if it has no row. */
  grantsOf({ metadata: { id }, grants }: PluginSnapshot): readonly Permission[] {
    return this.#written.get(id)?.setup.grants ?? grants
  }

  /** The versions of a plugin that ran before the one of now, the last one first. */
  ranBefore(id: string): readonly string[] {
    return this.#written.get(id)?.setup.ran ?? []
  }

  /** The plugins that are disabled, those that were disabled together as one set, the newest first. */
  disabledSets(): DisabledTogether[] {
    return disabledSets(this.#written.values())
  }

  /** Like `run`, for a change of the setup of a plugin, such as its grants or its restart policy. */
  async setUp(id: string, change: Partial<PluginRow['setup']>, act: () => void): Promise<void> {
    await this.#during([id], async () => {
      const row = this.#written.get(id)
      if (row) await this.#put({ ...row, setup: { ...row.setup, ...change } })
      act()
      return []
    })
  }

  async #during(ids: readonly string[], act: () => Promise<readonly string[]>): Promise<void> {
    for (const id of ids) this.#underWay.set(id, (this.#underWay.get(id) ?? 0) + 1)
    let touched: readonly string[] = []
    try {
      touched = await act()
    } finally {
      for (const id of ids) this.#leave(id)
      await this.settle([...ids, ...touched])
    }
  }

  /** A new plugin, or one that was unloaded, with its first config: its row is the intent. @throws StoreError */
  async add(kept: StoredPlugin, config: ConfigRevisionRow): Promise<void> {
    const row = rowOf(kept)
    await this.#writeNoted(row, () => this.#store.plugins.load({ row, config }))
  }

  /** Writes what the manager holds where it is not what is on disk. A failure is tried again. */
  async settle(ids: readonly string[]): Promise<void> {
    for (const id of new Set(ids)) {
      if (this.#underWay.has(id)) continue
      try {
        await this.#settleOne(id)
        this.#unsettled.delete(id)
      } catch (thrown) {
        this.#log.warn(
          { err: thrown, plugin: id },
          'what is wanted of a plugin could not be written; it is tried again',
        )
        this.#tryAgain(id)
      }
    }
  }

  /**
   * An update has gone on to its next phase: that is written at once, also while operations are running. Their intents stay.
   */
  async noteUpdate(id: string, update: PluginUpdate): Promise<void> {
    const written = this.#written.get(id)
    if (!written || this.#manager.getPlugin(id) === undefined) return
    const { path, setup } = rowOf(this.#manager.getStoredPlugin(id))
    try {
      await this.#putWithRan({ ...written, path, setup }, update)
    } catch (thrown) {
      this.#log.warn({ err: thrown, plugin: id }, 'how far an update has come could not be written; it is tried again')
      this.#tryAgain(id)
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#retry)
    // An update that was watched goes on at the next start, and its end by this one is no accident.
    const updated = [...this.#written.values()].filter(({ setup }) => setup.update).map(({ id }) => id)
    await this.settle([...this.#unsettled, ...updated])
    clearTimeout(this.#retry)
  }

  #tryAgain(id: string): void {
    this.#unsettled.add(id)
    this.#retry ??= setTimeout(() => this.#settleRest(), RETRY_MS).unref()
  }

  #settleRest(): void {
    this.#retry = undefined
    void this.settle([...this.#unsettled])
  }

  async #settleOne(id: string): Promise<void> {
    const written = this.#written.get(id)
    const isLoaded = this.#manager.getPlugin(id) !== undefined
    if (isLoaded) {
      const row = rowOf(this.#manager.getStoredPlugin(id))
      const actual = {
        ...row,
        disabled: row.desired === 'loaded' ? (written?.disabled ?? null) : null,
      }
      await this.#putWithRan(actual, this.#manager.getPlugin(id)?.update ?? null)
    } else if (written) {
      await this.#write([{ id, desired: 'unloaded' }], null)
      await this.#store.deadLetters.forget({ pluginId: id })
    }
  }

  /**
   * Writes a row, unless it is on disk as it is. An update that was kept makes its former version one of those that ran: once,
   * whoever is told of it first, and however often.
   */
  async #putWithRan(row: PluginRow, update: PluginUpdate | null): Promise<void> {
    const written = this.#written.get(row.id)
    const before = this.#kept.get(row.id)
    const kept = update && keptOf(update)
    const isNew = update !== null && kept !== null && kept !== before
    const former = written?.setup.ran
    const ran = isNew ? ranAfter(former ?? [], update) : former
    const whole = { ...row, setup: { ...row.setup, ...(ran && { ran }) } }
    if (isNew) this.#kept.set(row.id, kept)
    try {
      if (JSON.stringify(whole) !== JSON.stringify(written)) await this.#put(whole)
    } catch (thrown) {
      if (isNew) this.#forgetKept(row.id, before)
      throw thrown
    }
  }

  #forgetKept(id: string, before: string | undefined): void {
    if (before === undefined) this.#kept.delete(id)
    else this.#kept.set(id, before)
  }

  async #put(row: PluginRow): Promise<void> {
    await this.#writeNoted(row, () => this.#store.plugins.put(row))
  }

  async #writeNoted(row: PluginRow, write: () => Promise<void>): Promise<void> {
    const undo = this.#note(row)
    try {
      await write()
    } catch (thrown) {
      undo()
      throw thrown
    }
  }

  async #write(intents: readonly Intent[], by: string | null): Promise<void> {
    const disabling = by === null ? null : { at: clock.epoch(), by }
    const changes = intents
      .filter(({ id, desired }) => this.#written.get(id)?.desired !== desired)
      .map((intent) => ({ ...intent, disabled: intent.desired === 'loaded' ? disabling : null }))
    if (changes.length === 0) return
    // Noted before the write, so that the next caller compares with what will be on disk.
    const undo = changes.map(({ id, ...change }) => {
      const before = this.#written.get(id)
      return before ? this.#note({ ...before, ...change }) : () => {}
    })
    try {
      await this.#store.plugins.setDesired(changes)
    } catch (thrown) {
      for (const one of undo) one()
      throw thrown
    }
  }

  /** Notes that a row is stored. @returns a function that undoes this, unless another row was noted since */
  #note(row: PluginRow): () => void {
    const before = this.#written.get(row.id)
    this.#written.set(row.id, row)
    return () => {
      if (this.#written.get(row.id) !== row) return
      if (before) this.#written.set(row.id, before)
      else this.#written.delete(row.id)
    }
  }

  #leave(id: string): void {
    const left = (this.#underWay.get(id) ?? 1) - 1
    if (left > 0) this.#underWay.set(id, left)
    else this.#underWay.delete(id)
  }
}

function keptOf({ phase, from, to, since }: PluginUpdate): string | null {
  return phase === 'settled' ? `${from} ${to} ${since}` : null
}

/**
 * The versions that ran before an update that is kept: one that is taken back changes nothing. Whoever goes to a version that
 * ran before goes back: what ran after it is no way back from there.
 */
function ranAfter(ran: readonly string[], { from, to }: PluginUpdate): readonly string[] {
  const at = ran.indexOf(to)
  return at === -1 ? [from, ...ran].slice(0, MAX_RAN) : ran.slice(at + 1)
}

function recordOf({ config: { revision }, ...update }: StoredUpdate): UpdateRecord {
  return { ...update, formerRevision: revision }
}

function rowOf(kept: StoredPlugin): PluginRow {
  const { path, metadata, enabled = true, grant = [], isolation = 'process', limits = {}, restartPolicy } = kept
  const { installed = false, update } = kept
  return {
    id: metadata.id,
    path,
    desired: enabled ? 'active' : 'loaded',
    disabled: null,
    setup: {
      grants: grant,
      restartPolicy: restartPolicy ?? 'on-crash',
      isolation,
      limits,
      metadata,
      ...(installed && { installed }),
      ...(update && { update: recordOf(update) }),
      secretRules: SECRET_RULES,
    },
  }
}
