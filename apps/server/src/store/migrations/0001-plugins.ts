import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const pluginTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('plugins')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('path', 'text', (column) => column.notNull())
      .addColumn('desired', 'text', (column) =>
        column.notNull().check(sql`desired in ('active', 'loaded', 'unloaded')`),
      )
      .addColumn('setup', 'text', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('updated_at', 'integer', (column) => column.notNull())
      .modifyEnd(sql`strict`)
      .execute()
    await db.schema
      .createTable('config_revisions')
      .addColumn('plugin_id', 'text', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('reverted_to', 'integer')
      .addColumn('config', 'text', (column) => column.notNull())
      .addColumn('sealed', 'blob')
      .addColumn('changes', 'text', (column) => column.notNull())
      .addColumn('pending', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('config_revisions_key', ['plugin_id', 'revision'])
      .modifyEnd(sql`strict, without rowid`)
      .execute()
    await db.schema
      .createTable('dead_letters')
      .addColumn('plugin_id', 'text', (column) => column.notNull())
      .addColumn('letter_id', 'integer', (column) => column.notNull())
      .addColumn('letter', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('dead_letters_key', ['plugin_id', 'letter_id'])
      .modifyEnd(sql`strict, without rowid`)
      .execute()
  },
}
