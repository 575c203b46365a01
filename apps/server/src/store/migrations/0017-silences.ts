import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Plugins whose trouble somebody knows of, and until when nobody is to be told of it. */
export const silencesTable: Migration = {
  async up(db) {
    await db.schema
      .createTable('silences')
      .addColumn('node', 'text', (column) => column.notNull())
      .addColumn('plugin_id', 'text', (column) => column.notNull())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('until', 'integer', (column) => column.notNull())
      .addColumn('by', 'text', (column) => column.notNull())
      .addColumn('note', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('silences_key', ['node', 'plugin_id'])
      .modifyEnd(sql`strict, without rowid`)
      .execute()
  },
}
