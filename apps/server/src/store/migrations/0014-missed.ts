import type { Migration } from 'kysely/migration'

const METRIC = 'missedPerSecond'

/** The history of events that were published while a plugin was not running. */
export const missedColumns: Migration = {
  async up(db) {
    await db.schema.alterTable('samples').addColumn(`${METRIC}_n`, 'integer').execute()
    for (const fold of ['mean', 'min', 'max'])
      await db.schema.alterTable('samples').addColumn(`${METRIC}_${fold}`, 'real').execute()
  },
}
