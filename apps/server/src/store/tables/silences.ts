import { ownNode } from '../own-node.ts'
import { read, write } from '../query.ts'

/** Somebody knows of a plugin's trouble. */
export interface SilenceRow {
  readonly pluginId: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly until: number
  readonly by: string
  readonly note: string
}

export const silences = {
  list: read(async (db): Promise<SilenceRow[]> => {
    const rows = await db.selectFrom('silences').selectAll().execute()
    return rows.map(({ plugin_id: pluginId, at, until, by, note }) => ({ pluginId, at, until, by, note }))
  }),

  put: write(async (db, { pluginId, ...silence }: SilenceRow) => {
    await db
      .replaceInto('silences')
      .values({ node: ownNode, plugin_id: pluginId, ...silence })
      .execute()
  }),

  remove: write(async (db, { pluginId }: { readonly pluginId: string }) => {
    await db.deleteFrom('silences').where('plugin_id', '=', pluginId).execute()
  }),
}
