import type { JsonObject } from '@plugboard/plugin-sdk'
import { ownNode } from '../own-node.ts'
import { pageOf } from '../page.ts'
import { erase, read, write, type Db } from '../query.ts'
import type { StoreSchema } from '../schema.ts'

/** Revisions kept per plugin; the oldest give way. */
export const MAX_REVISIONS = 200

/** What a revision changed, by JSON pointer; of a secret only that it did. */
export interface ChangedField {
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
  /** With references in place of secrets; without secrets if `hasReferences` is false. */
  readonly config: JsonObject
  /** What the references stand for, encrypted; the whole config if `hasReferences` is false. Null if there are no secrets. */
  readonly sealed: Uint8Array | null
  /** False for one that was stored before there were references. */
  readonly hasReferences: boolean
  readonly changes: readonly ChangedField[]
}

export interface RevisionKey {
  readonly pluginId: string
  readonly revision: number
}

export interface RevisionPage {
  readonly pluginId: string
  readonly before?: number | undefined
  readonly limit: number
}

export const configRevisions = {
  /** Newest first; one page. */
  list: read(async (db, { pluginId, before, limit }: RevisionPage): Promise<ConfigRevisionRow[]> => {
    let query = db.selectFrom('config_revisions').selectAll().where('plugin_id', '=', pluginId).where('pending', '=', 0)
    if (before !== undefined) query = query.where('revision', '<', before)
    return await pageOf(query.orderBy('revision', 'desc').limit(limit), toRow)
  }),

  /** When each of these references of secrets came into a config first; without those that are older than what is kept. */
  firstWith: read(async (db, { pluginId, refs }: { readonly pluginId: string; readonly refs: readonly string[] }) => {
    const oldestFirst = db
      .selectFrom('config_revisions')
      .select(['revision', 'at', 'config'])
      .where('plugin_id', '=', pluginId)
      .where('pending', '=', 0)
      .orderBy('revision')
    const found = new Map<string, number>()
    let wanted = refs
    let isOldest = true
    for await (const { revision, at, config } of oldestFirst.stream()) {
      const first = wanted.filter((ref) => config.includes(`"${ref}"`))
      if (!isOldest || revision === 1) for (const ref of first) found.set(ref, at)
      wanted = wanted.filter((ref) => !first.includes(ref))
      if (wanted.length === 0) break
      isOldest = false
    }
    return found
  }),

  get: read(async (db, { pluginId, revision }: RevisionKey): Promise<ConfigRevisionRow | null> => {
    const row = await db
      .selectFrom('config_revisions')
      .selectAll()
      .where('plugin_id', '=', pluginId)
      .where('revision', '=', revision)
      .where('pending', '=', 0)
      .executeTakeFirst()
    return row ? toRow(row) : null
  }),

  /** Not in force before its plugin has taken it. */
  propose: write(async (db, row: ConfigRevisionRow) => await putRevision(db, row, { pending: true })),

  /** Those of one plugin that are stored without references, and, if asked for, all others. */
  toProtect: read(
    async (
      db,
      { pluginId, all }: { readonly pluginId: string; readonly all: boolean },
    ): Promise<ConfigRevisionRow[]> => {
      let query = db.selectFrom('config_revisions').selectAll().where('plugin_id', '=', pluginId)
      if (!all) query = query.where('has_references', '=', 0)
      return (await query.execute()).map(toRow)
    },
  ),

  /** Stores the config of a revision in another form; all else stays. */
  protect: erase(
    async (db, rows: readonly Pick<ConfigRevisionRow, 'pluginId' | 'revision' | 'config' | 'sealed'>[]) => {
      for (const { pluginId, revision, config, sealed } of rows) {
        await db
          .updateTable('config_revisions')
          .set({ config: JSON.stringify(config), sealed, has_references: 1 })
          .where('plugin_id', '=', pluginId)
          .where('revision', '=', revision)
          .execute()
      }
    },
  ),

  confirm: write(async (db, keys: readonly RevisionKey[]) => {
    for (const { pluginId, revision } of keys) {
      await db
        .updateTable('config_revisions')
        .set({ pending: 0 })
        .where('plugin_id', '=', pluginId)
        .where('revision', '=', revision)
        .execute()
    }
  }),
}

/** One that is in force at once. */
export async function addRevision(db: Db, row: ConfigRevisionRow): Promise<void> {
  await putRevision(db, row, { pending: false })
}

/** In the place of one that was proposed under this number and never taken. */
async function putRevision(db: Db, row: ConfigRevisionRow, { pending }: { readonly pending: boolean }): Promise<void> {
  await db
    .replaceInto('config_revisions')
    .values({
      node: ownNode,
      plugin_id: row.pluginId,
      revision: row.revision,
      at: row.at,
      actor: row.actor,
      reverted_to: row.revertedTo,
      config: JSON.stringify(row.config),
      sealed: row.sealed,
      has_references: Number(row.hasReferences),
      changes: JSON.stringify(row.changes),
      pending: Number(pending),
    })
    .execute()
  await db
    .deleteFrom('config_revisions')
    .where('plugin_id', '=', row.pluginId)
    .where('revision', '<=', row.revision - MAX_REVISIONS)
    .execute()
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
    hasReferences: row.has_references === 1,
    changes: JSON.parse(row.changes) as ChangedField[],
  }
}
