import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const timelineTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('timeline')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('plugin_id', 'text')
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('severity', 'text', (column) => column.notNull())
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('actor', 'text')
      .addColumn('incident_id', 'integer')
      .addColumn('detail', 'text')
      .modifyEnd(sql`strict`)
      .execute()
    await db.schema.createIndex('timeline_plugin').on('timeline').columns(['plugin_id', 'id']).execute()
    await db.schema
      .createTable('incidents')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('plugin_id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addColumn('opened_at', 'integer', (column) => column.notNull())
      .addColumn('last_at', 'integer', (column) => column.notNull())
      .addColumn('closed_at', 'integer')
      .addColumn('occurrences', 'integer', (column) => column.notNull())
      .addColumn('root_id', 'integer')
      .addColumn('affected', 'text', (column) => column.notNull())
      .addColumn('evidence', 'text')
      .modifyEnd(sql`strict`)
      .execute()
    await db.schema.createIndex('incidents_plugin').on('incidents').columns(['plugin_id', 'id']).execute()
  },
}
