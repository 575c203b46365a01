import type { Migration } from 'kysely/migration'

/** The parts of a sentence are stored beside it, so that a board in another language can form its own. */
export const codeColumns: Migration = {
  async up(db) {
    await db.schema.alterTable('timeline').addColumn('code', 'text').execute()
    await db.schema.alterTable('incidents').addColumn('details', 'text').execute()
  },
}
