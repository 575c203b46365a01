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

  /** The one that ends then: there may be another one by now. */
  remove: write(async (db, { pluginId, until }: Pick<SilenceRow, 'pluginId' | 'until'>) => {
    await db.deleteFrom('silences').where('plugin_id', '=', pluginId).where('until', '=', until).execute()
  }),
}
