import type { JsonObject } from '@plugboard/plugin-sdk'
import { read, write } from '../query.ts'
import type { StoreSchema } from '../schema.ts'

/** Revisions kept per plugin; the oldest give way. */
const MAX_REVISIONS = 200

/** What a revision changed, by JSON pointer; of a secret only that it did. */
export interface ConfigChange {
  readonly pointer: string
  readonly kind: 'added' | 'removed' | 'changed'
  readonly isSecret: boolean
}

export interface ConfigRevisionRow {
  readonly pluginId: string
  readonly revision: number
  readonly at: number
  readonly actor: string
  readonly revertedTo: number | null
  /** Without secrets. */
  readonly config: JsonObject
  /** The whole of it, encrypted, where it holds secrets. */
  readonly sealed: Uint8Array | null
  readonly changes: readonly ConfigChange[]
}

export interface RevisionKey {
  readonly pluginId: string
  readonly revision: number
}

export const configRevisions = {
  /** Newest first. */
  list: read(async (db, { pluginId, limit }: { readonly pluginId: string; readonly limit: number }) => {
    const rows = await db
      .selectFrom('config_revisions')
      .selectAll()
      .where('plugin_id', '=', pluginId)
      .orderBy('revision', 'desc')
      .limit(limit)
      .execute()
    return rows.map(toRow)
  }),

  get: read(async (db, { pluginId, revision }: RevisionKey): Promise<ConfigRevisionRow | null> => {
    const row = await db
      .selectFrom('config_revisions')
      .selectAll()
      .where('plugin_id', '=', pluginId)
      .where('revision', '=', revision)
      .executeTakeFirst()
    return row ? toRow(row) : null
  }),

  add: write(async (db, row: ConfigRevisionRow) => {
    await db
      .insertInto('config_revisions')
      .values({
        plugin_id: row.pluginId,
        revision: row.revision,
        at: row.at,
        actor: row.actor,
        reverted_to: row.revertedTo,
        config: JSON.stringify(row.config),
        sealed: row.sealed,
        changes: JSON.stringify(row.changes),
      })
      .execute()
    await db
      .deleteFrom('config_revisions')
      .where('plugin_id', '=', row.pluginId)
      .where('revision', '<=', row.revision - MAX_REVISIONS)
      .execute()
  }),

  /** A revision that its plugin refused never was. */
  withdraw: write(async (db, { pluginId, revision }: RevisionKey) => {
    await db.deleteFrom('config_revisions').where('plugin_id', '=', pluginId).where('revision', '=', revision).execute()
  }),
}

function toRow(row: StoreSchema['config_revisions']): ConfigRevisionRow {
  return {
    pluginId: row.plugin_id,
    revision: row.revision,
    at: row.at,
    actor: row.actor,
    revertedTo: row.reverted_to,
    config: JSON.parse(row.config) as JsonObject,
    sealed: row.sealed,
    changes: JSON.parse(row.changes) as ConfigChange[],
  }
}
