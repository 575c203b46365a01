import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const logsTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('logs')
      .addColumn('seq', 'integer', (column) => column.primaryKey())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('plugin_id', 'text', (column) => column.notNull())
      .addColumn('level', 'integer', (column) => column.notNull())
      .addColumn('origin', 'text', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addColumn('fields', 'text')
      .modifyEnd(sql`strict`)
      .execute()
    await db.schema.createIndex('logs_plugin').on('logs').columns(['plugin_id', 'seq']).execute()
    await db.schema
      .createTable('log_levels')
      .addColumn('plugin_id', 'text', (column) => column.primaryKey())
      .addColumn('level', 'text', (column) => column.notNull())
      .addColumn('fall_back_to', 'text')
      .addColumn('until', 'integer')
      .modifyEnd(sql`strict`)
      .execute()
  },
}
