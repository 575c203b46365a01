import type { Migration } from 'kysely/migration'

/**
 * From now on, a config holds references in place of its secrets, and `sealed` their values. Rows of before have 0: their
 * config leaves secrets out, and `sealed` is the whole. They are rewritten when their plugin is restored, since its schema
 * says what is a secret.
 */
export const secretReferences: Migration = {
  async up(db) {
    await db.schema
      .alterTable('config_revisions')
      .addColumn('has_references', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
  },
}
