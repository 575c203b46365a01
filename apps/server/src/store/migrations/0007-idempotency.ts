import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const idempotencyTable: Migration = {
  async up(db) {
    await db.schema
      .createTable('idempotency')
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('answer', 'text')
      .addPrimaryKeyConstraint('idempotency_key', ['actor', 'key'])
      .modifyEnd(sql`strict, without rowid`)
      .execute()
    await db.schema.createIndex('idempotency_at').on('idempotency').columns(['at']).execute()
    await db.schema.createIndex('idempotency_actor_at').on('idempotency').columns(['actor', 'at']).execute()
  },
}
