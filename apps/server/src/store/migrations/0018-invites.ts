import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Links that let somebody in once, and when each account was last seen. */
export const inviteTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('invites')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull().unique())
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'integer', (column) => column.notNull())
      .modifyEnd(sql`strict`)
      .execute()
    await db.schema
      .createTable('last_seen')
      .addColumn('account_id', 'text', (column) => column.primaryKey())
      .addColumn('at', 'integer', (column) => column.notNull())
      .modifyEnd(sql`strict, without rowid`)
      .execute()
  },
}
