import type { Migration } from 'kysely/migration'

/** When a plugin was disabled, and by whom. Of those that are disabled already, nobody knows. */
export const disabledColumns: Migration = {
  async up(db) {
    await db.schema.alterTable('plugins').addColumn('disabled_at', 'integer').execute()
    await db.schema.alterTable('plugins').addColumn('disabled_by', 'text').execute()
  },
}
