import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const auditTable: Migration = {
  async up(db) {
    await db.schema
      .createTable('audit')
      .addColumn('seq', 'integer', (column) => column.primaryKey())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('role', 'text')
      .addColumn('via', 'text', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('operation', 'text', (column) => column.notNull())
      .addColumn('target', 'text')
      .addColumn('result', 'text', (column) => column.notNull())
      .addColumn('detail', 'text')
      .addColumn('hash', 'text', (column) => column.notNull())
      .modifyEnd(sql`strict`)
      .execute()
    await db.schema.createIndex('audit_target').on('audit').columns(['target', 'seq']).execute()
    for (const act of ['update', 'delete']) {
      await sql
        .raw(
          `create trigger audit_no_${act} before ${act} on audit begin select raise(abort, 'the audit is append-only'); end`,
        )
        .execute(db)
    }
  },
}
