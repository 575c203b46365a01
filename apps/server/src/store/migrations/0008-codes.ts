import type { Migration } from 'kysely/migration'

/** What a sentence is made of, beside the sentence: who reads another language is told in that. */
export const codeColumns: Migration = {
  async up(db) {
    await db.schema.alterTable('timeline').addColumn('code', 'text').execute()
    await db.schema.alterTable('incidents').addColumn('details', 'text').execute()
  },
}
