import {
  clock,
  isPluginError,
  refsIn,
  reveal,
  type ConfigChange,
  type PluginError,
  type PluginManager,
  type StoredConfig,
  type StoredPlugin,
} from '@plugboard/core'
import type { JsonObject } from '@plugboard/plugin-sdk'
import type { Logger } from 'pino'
import type { Timeline } from '../incidents/timeline.ts'
import { RequestError } from '../errors/wire-problem.ts'
import { Outbox } from '../store/outbox.ts'
import { SecretKeyError, type SecretBox } from '../store/secret-box.ts'
import type { Store } from '../store/store.ts'
import {
  MAX_REVISIONS,
  type ConfigRevisionRow,
  type RevisionKey,
  type RevisionPage,
} from '../store/tables/config-revisions.ts'
import { diffConfigs } from './config-diff.ts'
import { withReferences } from './former-config.ts'

interface Author {
  readonly actor: string
  /** If this change is a revert: the earlier revision whose config is set again. */
  readonly revertedTo?: number
}

interface ConfigUpdate extends Author {
  /** References stand for secrets of the current config, or for `secrets`. */
  readonly config: JsonObject
  readonly secrets?: StoredConfig['secrets']
  /** The revision that the caller has seen. Without it, the save cannot fail with `CONFIG_CONFLICT`. */
  readonly revision: number | undefined
}

interface ConfigLedgerOptions {
  readonly store: Store
  readonly manager: PluginManager
  readonly box: SecretBox
  readonly timeline: Timeline
  readonly log: Logger
}

interface LastConfig extends StoredConfig {
  readonly revision: number
  /** Where secrets stood that the key cannot open, by JSON pointer. */
  readonly lost: readonly string[]
}

/**
 * The last 200 configs of each plugin, with their author, time and changes. Secrets are stored encrypted, and only
 * `last` and `storedOf` return them.
 */
export class ConfigLedger {
  readonly #store: Store
  readonly #manager: PluginManager
  readonly #box: SecretBox
  readonly #timeline: Timeline
  readonly #log: Logger
  readonly #confirmations: Outbox<RevisionKey>

  constructor({ store, manager, box, timeline, log }: ConfigLedgerOptions) {
    this.#store = store
    this.#manager = manager
    this.#box = box
    this.#timeline = timeline
    this.#log = log
    this.#confirmations = new Outbox({
      name: 'configs in force',
      among: store.outboxes,
      delayMs: 0,
      capacity: 10_000,
      log,
      write: (keys) => store.configRevisions.confirm(keys),
    })
  }

  async close(): Promise<void> {
    await this.#confirmations.close()
  }

  /** The config that a plugin had last, secrets included; null for one that never had any. @throws StoreError */
  async last(pluginId: string): Promise<LastConfig | null> {
    const [row] = await this.#store.configRevisions.list({ pluginId, limit: 1 })
    if (!row) return null
    const stored = this.#open(row)
    return { ...stored, revision: row.revision, lost: [...reveal(stored.shown, stored.secrets).unknown] }
  }

  /**
   * Rewrites what is stored of a plugin's configs where it is in clear and a secret by its schema of now.
   * @param options `all`: also those that have references already, since the schema has changed
   * @throws PluginError `PLUGIN_NOT_FOUND`, StoreError
   */
  async protect(id: string, { all }: { readonly all: boolean }): Promise<void> {
    const rows = await this.#store.configRevisions.toProtect({ pluginId: id, all })
    const changed = []
    for (const row of rows) {
      const before = this.#open(row)
      // What the key cannot open cannot be rewritten either: it stays as it is, in case the key comes back.
      if (row.sealed && Object.keys(before.secrets).length === 0) continue
      const { shown, secrets } = await this.#manager.hidePluginSecrets(id, before)
      if (row.hasReferences && JSON.stringify(shown) === JSON.stringify(row.config)) continue
      const { pluginId, revision } = row
      changed.push({ pluginId, revision, config: shown, sealed: this.#seal(secrets, pluginId, revision) })
    }
    if (changed.length > 0) await this.#store.configRevisions.protect(changed)
  }

  /** Hides what the schema of now calls a secret in all configs of a plugin. A failure is logged. */
  async followSchema(id: string): Promise<void> {
    try {
      await this.protect(id, { all: true })
    } catch (thrown) {
      const message = 'what has become a secret could not be hidden in earlier configs'
      this.#log.error({ err: thrown, plugin: id }, message)
    }
  }

  /**
   * Makes the revision for the first config of a plugin that is about to be loaded. Its number follows the numbers from
   * earlier loads of this plugin. @throws StoreError, SecretKeyError
   */
  async first({ metadata: { id }, config }: StoredPlugin, author: Author): Promise<ConfigRevisionRow> {
    const last = await this.last(id)
    const { shown, secrets } = config
    const previous = last ?? { shown: {}, secrets: {} }
    return this.#row(id, { shown, secrets, previous, revision: (last?.revision ?? 0) + 1 }, author)
  }

  /**
   * Stores the config, passes it to the plugin, then confirms it. A config that the plugin refuses never takes effect.
   * @throws PluginError; RequestError `CONFIG_CONFLICT` with both versions; StoreError
   */
  async set(
    id: string,
    { config, secrets, revision, ...author }: ConfigUpdate,
  ): Promise<{ applied: boolean; revision: number }> {
    let proposed: ConfigRevisionRow | undefined
    const persist = async (change: ConfigChange): Promise<void> => {
      const row = this.#row(id, change, author)
      await this.#store.configRevisions.propose(row)
      proposed = row
    }
    try {
      const result = await this.#manager.updatePluginConfig(id, config, {
        persist,
        ...(secrets && { secrets }),
        ...(revision !== undefined && { revision }),
      })
      if (proposed) await this.#confirm(proposed, result.applied)
      return result
    } catch (thrown) {
      throw isPluginError(thrown, 'CONFIG_CONFLICT') ? await this.#conflict(id, thrown) : thrown
    }
  }

  /** Stores the config that an update has set for the new version, or has taken back with it. @throws StoreError */
  async follow(id: string): Promise<void> {
    if (this.#manager.getPlugin(id) === undefined) return
    const { config } = this.#manager.getStoredPlugin(id)
    const last = await this.last(id)
    if (last && last.revision >= config.revision) return
    const previous = last ?? { shown: {}, secrets: {} }
    const row = this.#row(id, { ...config, previous }, { actor: 'plugboard' })
    await this.#store.configRevisions.propose(row)
    await this.#confirm(row, true)
  }

  /** One page, newest first, with references in place of secrets. @throws PluginError `PLUGIN_NOT_FOUND` */
  async list(id: string, page: Omit<RevisionPage, 'pluginId'>): Promise<ConfigRevisionRow[]> {
    this.#manager.getPluginConfig(id)
    const rows = await this.#store.configRevisions.list({ pluginId: id, ...page })
    // One that could not be rewritten, because the key is another one, leaves its secrets out.
    return rows.map((row) => (row.hasReferences ? row : { ...row, config: this.#open(row).shown }))
  }

  /** When the secrets were set that a config has references to, by the id in the reference. @throws StoreError */
  async secretsSetAt(pluginId: string, config: JsonObject): Promise<ReadonlyMap<string, number>> {
    const refs = [...new Set(refsIn(config).values())]
    return refs.length === 0 ? new Map() : await this.#store.configRevisions.firstWith({ pluginId, refs })
  }

  /** The config of a revision, secrets included. @throws RequestError `NOT_FOUND` */
  async storedOf(id: string, revision: number): Promise<StoredConfig> {
    const row = await this.#store.configRevisions.get({ pluginId: id, revision })
    if (row) return this.#open(row)
    throw new RequestError('NOT_FOUND', `${id} has no revision ${revision}; the last ${MAX_REVISIONS} are stored`)
  }

  /** Marks the revision as accepted by the plugin. A failed write is retried. @throws StoreError */
  async #confirm(row: ConfigRevisionRow, applied: boolean): Promise<void> {
    this.#tell(row, applied)
    this.#confirmations.push({ pluginId: row.pluginId, revision: row.revision })
    await this.#confirmations.flush()
  }

  #tell({ pluginId, revision, at, actor, changes, revertedTo }: ConfigRevisionRow, applied: boolean): void {
    const when = applied ? 'in force now' : 'in force from its next start on'
    const title = `Config revision ${revision} by ${actor}, ${when}.`
    const detail = { revision, revertedTo, changes, applied }
    this.#timeline.add({ kind: 'config', code: 'config', at, pluginId, actor, title, detail })
  }

  #row(pluginId: string, change: ConfigChange, { actor, revertedTo }: Author): ConfigRevisionRow {
    const { shown, secrets, previous, revision } = change
    return {
      pluginId,
      revision,
      at: clock.epoch(),
      actor,
      revertedTo: revertedTo ?? null,
      config: shown,
      sealed: this.#seal(secrets, pluginId, revision),
      hasReferences: true,
      changes: diffConfigs(previous.shown, shown),
    }
  }

  #seal(secrets: StoredConfig['secrets'], pluginId: string, revision: number): Uint8Array | null {
    return Object.keys(secrets).length === 0 ? null : this.#box.seal(secrets, placeOf(pluginId, revision))
  }

  /** Without the secrets, if the key is not the one that they were sealed with. */
  #open({ pluginId, revision, config, sealed, hasReferences }: ConfigRevisionRow): StoredConfig {
    const opened = sealed ? this.#tryOpen(sealed, placeOf(pluginId, revision)) : null
    if (hasReferences) return { shown: config, secrets: (opened ?? {}) as StoredConfig['secrets'] }
    return opened ? withReferences(config, opened) : { shown: config, secrets: {} }
  }

  #tryOpen(sealed: Uint8Array, place: string): JsonObject | null {
    try {
      return this.#box.open(sealed, place)
    } catch (thrown) {
      if (thrown instanceof SecretKeyError) return null
      throw thrown
    }
  }

  async #conflict(id: string, thrown: PluginError): Promise<RequestError> {
    const { config, revision } = this.#manager.getPluginConfig(id)
    const [row] = await this.#store.configRevisions.list({ pluginId: id, limit: 1 })
    const current = { revision, config, actor: row?.actor ?? null, at: row?.at ?? null }
    return new RequestError('CONFIG_CONFLICT', thrown.message, { revision, current })
  }
}

function placeOf(pluginId: string, revision: number): string {
  return `config/${pluginId}/${revision}`
}
