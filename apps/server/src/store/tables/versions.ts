import { ownNode } from '../own-node.ts'
import { read, write } from '../query.ts'

/** A plugin is held at a version. */
export interface PinRow {
  readonly pluginId: string
  readonly version: string
  readonly at: number
  readonly by: string
}

/** A version, by its digest, is not to be used. */
export interface BanRow extends PinRow {
  readonly digest: string
  readonly reason: string
}

/** What is said of versions; the versions themselves lie in the catalog. */
export const versions = {
  read: read(async (db): Promise<{ pins: PinRow[]; bans: BanRow[] }> => {
    const pins = await db.selectFrom('version_pins').selectAll().execute()
    const bans = await db.selectFrom('version_bans').selectAll().execute()
    return {
      pins: pins.map(({ plugin_id: pluginId, version, at, by }) => ({ pluginId, version, at, by })),
      bans: bans.map(({ plugin_id: pluginId, digest, version, reason, at, by }) => {
        return { pluginId, digest, version, reason, at, by }
      }),
    }
  }),

  pin: write(async (db, { pluginId, version, at, by }: PinRow) => {
    await db.replaceInto('version_pins').values({ node: ownNode, plugin_id: pluginId, version, at, by }).execute()
  }),

  unpin: write(async (db, { pluginId }: { readonly pluginId: string }) => {
    await db.deleteFrom('version_pins').where('plugin_id', '=', pluginId).execute()
  }),

  ban: write(async (db, { pluginId, ...ban }: BanRow) => {
    await db
      .replaceInto('version_bans')
      .values({ node: ownNode, plugin_id: pluginId, ...ban })
      .execute()
  }),

  allow: write(async (db, { pluginId, digest }: { readonly pluginId: string; readonly digest: string }) => {
    await db.deleteFrom('version_bans').where('plugin_id', '=', pluginId).where('digest', '=', digest).execute()
  }),
}
