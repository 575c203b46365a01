import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Which version a plugin is held at, and which ones are not to be used. */
export const versionTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('version_pins')
      .addColumn('node', 'text', (column) => column.notNull())
      .addColumn('plugin_id', 'text', (column) => column.notNull())
      .addColumn('version', 'text', (column) => column.notNull())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('by', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('version_pins_key', ['node', 'plugin_id'])
      .modifyEnd(sql`strict, without rowid`)
      .execute()
    await db.schema
      .createTable('version_bans')
      .addColumn('node', 'text', (column) => column.notNull())
      .addColumn('plugin_id', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('version', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('by', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('version_bans_key', ['node', 'plugin_id', 'digest'])
      .modifyEnd(sql`strict, without rowid`)
      .execute()
  },
}
