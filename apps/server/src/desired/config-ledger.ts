import {
  isPluginError,
  type PluginError,
  withoutFormerSecrets,
  withoutSecrets,
  type ConfigChange,
  type PluginManager,
  type StoredPlugin,
} from '@plugboard/core'
import type { JsonObject } from '@plugboard/plugin-sdk'
import type { Logger } from 'pino'
import type { Timeline } from '../incidents/timeline.ts'
import { RequestError } from '../errors/wire-problem.ts'
import { Outbox } from '../store/outbox.ts'
import type { SecretBox } from '../store/secret-box.ts'
import type { Store } from '../store/store.ts'
import type { ConfigRevisionRow, RevisionKey } from '../store/tables/config-revisions.ts'
import { diffConfigs } from './config-diff.ts'

interface Author {
  readonly actor: string
  /** If this change is a revert: the earlier revision whose config is set again. */
  readonly revertedTo?: number
}

interface ConfigUpdate extends Author {
  readonly config: JsonObject
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

const MAX_LISTED = 200

/**
 * The last 200 configs of each plugin, with their author, time and changes. Secrets are stored encrypted, and only
 * `last` and `wholeOf` return them.
 */
export class ConfigLedger {
  readonly #store: Store
  readonly #manager: PluginManager
  readonly #box: SecretBox
  readonly #timeline: Timeline
  readonly #confirmations: Outbox<RevisionKey>

  constructor({ store, manager, box, timeline, log }: ConfigLedgerOptions) {
    this.#store = store
    this.#manager = manager
    this.#box = box
    this.#timeline = timeline
    this.#confirmations = new Outbox({
      name: 'configs in force',
      delayMs: 0,
      capacity: 10_000,
      log,
      write: (keys) => store.configRevisions.confirm(keys),
    })
  }

  async close(): Promise<void> {
    await this.#confirmations.close()
  }

  /** The config that a plugin had last, secrets included; null for one that never had any. @throws SecretKeyError */
  async last(pluginId: string): Promise<{ value: JsonObject; revision: number; shown: JsonObject } | null> {
    const [row] = await this.#store.configRevisions.list({ pluginId, limit: 1 })
    return row ? { value: this.#whole(row), revision: row.revision, shown: row.config } : null
  }

  /**
   * Makes the revision for the first config of a plugin that is about to be loaded. Its number follows the numbers from
   * earlier loads of this plugin. @throws StoreError, SecretKeyError
   */
  async first({ metadata, config }: StoredPlugin, { actor }: Author): Promise<ConfigRevisionRow> {
    const { id, configSchema } = metadata
    const last = await this.last(id)
    const revision = (last?.revision ?? 0) + 1
    const change = { config: config.value, previous: last?.value ?? {}, revision }
    return this.#row(id, change, { actor, schema: configSchema })
  }

  /**
   * Stores the config, passes it to the plugin, then confirms it. A config that the plugin refuses never takes effect.
   * @throws PluginError; RequestError `CONFIG_CONFLICT` with both versions; StoreError
   */
  async set(
    id: string,
    { config, revision, ...author }: ConfigUpdate,
  ): Promise<{ applied: boolean; revision: number }> {
    const schema = this.#manager.getPluginConfig(id).schema ?? undefined
    let proposed: ConfigRevisionRow | undefined
    const persist = async (change: ConfigChange): Promise<void> => {
      const row = this.#row(id, change, { ...author, schema })
      await this.#store.configRevisions.propose(row)
      proposed = row
    }
    try {
      const result = await this.#manager.updatePluginConfig(id, config, {
        persist,
        ...(revision !== undefined && { revision }),
      })
      if (proposed) await this.#confirm(proposed, result.applied)
      return result
    } catch (thrown) {
      if (isPluginError(thrown, 'CONFIG_CONFLICT'))
        throw await this.#conflict(id, withoutSecrets(schema, config), thrown)
      throw thrown
    }
  }

  /** Newest first, without secrets. @throws PluginError `PLUGIN_NOT_FOUND` */
  async list(id: string): Promise<ConfigRevisionRow[]> {
    const rows = await this.#store.configRevisions.list({ pluginId: id, limit: MAX_LISTED })
    const schema = this.#manager.getPluginConfig(id).schema ?? undefined
    // A field that is a secret by the current schema is hidden in older revisions too, even if it was not a secret
    // then.
    return rows.map((row) => ({ ...row, config: withoutSecrets(schema, row.config) }))
  }

  /**
   * The config of a revision, secrets included. Values that were secret then and are not secret by the current schema
   * are left out. @throws RequestError `NOT_FOUND`, SecretKeyError
   */
  async wholeOf(id: string, revision: number): Promise<JsonObject> {
    const row = await this.#store.configRevisions.get({ pluginId: id, revision })
    if (row) {
      const schema = this.#manager.getPluginConfig(id).schema ?? undefined
      return withoutFormerSecrets(schema, { config: this.#whole(row), shown: row.config })
    }
    throw new RequestError('NOT_FOUND', `${id} has no revision ${revision}; the last ${MAX_LISTED} are stored`)
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

  #row(
    pluginId: string,
    { config, previous, revision }: ConfigChange,
    { actor, revertedTo, schema }: Author & { readonly schema: JsonObject | undefined },
  ): ConfigRevisionRow {
    const shown = withoutSecrets(schema, config)
    const hasSecrets = JSON.stringify(shown) !== JSON.stringify(config)
    return {
      pluginId,
      revision,
      at: Date.now(),
      actor,
      revertedTo: revertedTo ?? null,
      config: shown,
      sealed: hasSecrets ? this.#box.seal(config, placeOf(pluginId, revision)) : null,
      changes: diffConfigs(previous, config, schema),
    }
  }

  #whole({ pluginId, revision, config, sealed }: ConfigRevisionRow): JsonObject {
    return sealed ? this.#box.open(sealed, placeOf(pluginId, revision)) : config
  }

  async #conflict(id: string, yours: JsonObject, thrown: PluginError): Promise<RequestError> {
    const { config, revision } = this.#manager.getPluginConfig(id)
    const [row] = await this.#store.configRevisions.list({ pluginId: id, limit: 1 })
    const current = { revision, config, actor: row?.actor ?? null, at: row?.at ?? null }
    return new RequestError('CONFIG_CONFLICT', thrown.message, { revision, current, yours: { config: yours } })
  }
}

function placeOf(pluginId: string, revision: number): string {
  return `config/${pluginId}/${revision}`
}
