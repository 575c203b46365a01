import type { Migration } from 'kysely/migration'

/** As they were when these columns came. */
const METRICS = ['droppedPerSecond', 'discardedPerSecond', 'inDoubtPerSecond', 'refusedPerSecond']

/** The history of what is lost. Of the time before, nothing is known. */
export const lossColumns: Migration = {
  async up(db) {
    for (const metric of METRICS) {
      await db.schema.alterTable('samples').addColumn(`${metric}_n`, 'integer').execute()
      for (const fold of ['mean', 'min', 'max'])
        await db.schema.alterTable('samples').addColumn(`${metric}_${fold}`, 'real').execute()
    }
  },
}
