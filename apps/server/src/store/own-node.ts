import { sql, type RawBuilder } from 'kysely'
import type { Db } from './query.ts'

/** Tables whose rows say of which host they are. */
const TABLES = [
  'plugins',
  'config_revisions',
  'dead_letters',
  'timeline',
  'incidents',
  'logs',
  'log_levels',
  'sample_subjects',
  'version_pins',
  'version_bans',
  'silences',
] as const

/** This host's name, for a row that is about this host only. */
export const ownNode: RawBuilder<string> = sql<string>`(select name from own_node)`

/** A host that was renamed is still the same: what is stored under its former name is its own. */
export async function takeNodeName(db: Db, node: string): Promise<void> {
  const { name: former } = await db.selectFrom('own_node').selectAll().executeTakeFirstOrThrow()
  if (former === node) return
  await db.transaction().execute(async (transaction) => {
    for (const table of TABLES) {
      await sql`update ${sql.table(table)} set node = ${node} where node = ${former}`.execute(transaction)
    }
    await transaction.updateTable('own_node').set({ name: node }).execute()
  })
}
