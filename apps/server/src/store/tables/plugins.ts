import type { Isolation, Permission, PluginLimits, PluginMetadata } from '@plugboard/plugin-sdk'
import type { RestartPolicy, StoredUpdate } from '@plugboard/core'
import { ownNode } from '../own-node.ts'
import { read, write, type Db } from '../query.ts'
import { addRevision, type ConfigRevisionRow } from './config-revisions.ts'

/** The requested state of a plugin. */
export type Desired = 'active' | 'loaded' | 'unloaded'

/** How a plugin was set up, its config aside. */
interface PluginSetup {
  readonly grants: readonly Permission[]
  readonly restartPolicy: RestartPolicy
  readonly isolation: Isolation
  readonly limits: PluginLimits
  /** As it was last read: a plugin whose folder is gone is still known by it. */
  readonly metadata: PluginMetadata
  /** It is an installed version. */
  readonly installed?: boolean
  /** An update that is not over. */
  readonly update?: UpdateRecord
  /** Versions that ran before the one of now, the last one first. */
  readonly ran?: readonly string[]
  /** By which rules its configs were hidden; not there for the first ones. */
  readonly secretRules?: number
}

/** Its former config is that of a revision. */
export type UpdateRecord = Omit<StoredUpdate, 'config'> & { readonly formerRevision: number }

/** When somebody disabled a plugin (epoch milliseconds), and who. */
interface Disabling {
  readonly at: number
  readonly by: string
}

export interface PluginRow {
  readonly id: string
  readonly path: string
  readonly desired: Desired
  /** Null unless it is disabled, and for one that was disabled before this was stored. */
  readonly disabled: Disabling | null
  readonly setup: PluginSetup
}

/** One row per plugin that was ever loaded: one that was unloaded stays so after a restart, also where it ships with Plugboard. */
export const plugins = {
  /** In the order they were loaded, which puts what a plugin needs before it. */
  list: read(async (db): Promise<PluginRow[]> => {
    const rows = await db.selectFrom('plugins').selectAll().orderBy('position').execute()
    return rows.map(({ id, path, desired, disabled_at: at, disabled_by: by, setup }) => ({
      id,
      path,
      desired,
      disabled: at !== null && by !== null ? { at, by } : null,
      setup: JSON.parse(setup) as PluginSetup,
    }))
  }),

  put: write(putPlugin),

  /**
   * Stores a plugin that is about to be loaded, with its first config, at the end of the list. Deletes the row and the
   * dead letters of a former plugin with this id.
   */
  load: write(async (db, { row, config }: { readonly row: PluginRow; readonly config: ConfigRevisionRow }) => {
    await db.deleteFrom('plugins').where('id', '=', row.id).execute()
    await db.deleteFrom('dead_letters').where('plugin_id', '=', row.id).execute()
    await putPlugin(db, row)
    await addRevision(db, config)
  }),

  setDesired: write(async (db, changes: readonly Pick<PluginRow, 'id' | 'desired' | 'disabled'>[]) => {
    for (const { id, desired, disabled } of changes) {
      const values = { desired, ...disabledColumns(disabled), updated_at: Date.now() }
      await db.updateTable('plugins').set(values).where('id', '=', id).execute()
    }
  }),
}

function disabledColumns(disabled: Disabling | null): { disabled_at: number | null; disabled_by: string | null } {
  return { disabled_at: disabled?.at ?? null, disabled_by: disabled?.by ?? null }
}

/** A new one goes to the end. */
async function putPlugin(db: Db, { id, path, desired, disabled, setup }: PluginRow): Promise<void> {
  const values = {
    path,
    desired,
    ...disabledColumns(disabled),
    setup: JSON.stringify(setup),
    updated_at: Date.now(),
  }
  const { last } = await db
    .selectFrom('plugins')
    .select((row) => row.fn.coalesce(row.fn.max('position'), row.lit(0)).as('last'))
    .executeTakeFirstOrThrow()
  await db
    .insertInto('plugins')
    .values({ id, node: ownNode, ...values, position: last + 1 })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
}
