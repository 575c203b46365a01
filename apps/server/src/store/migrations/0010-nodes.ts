import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** As they were when the column came. */
const TABLES = ['plugins', 'config_revisions', 'dead_letters', 'timeline', 'incidents', 'logs', 'log_levels'] as const

/**
 * Ids of plugins are those of one host: each row says of which, and what is stored so far is this host's.
 * @param node this host's name
 */
export function nodeColumns(node: string): Migration {
  return {
    async up(db) {
      await db.schema
        .createTable('own_node')
        .addColumn('name', 'text', (column) => column.notNull())
        .modifyEnd(sql`strict`)
        .execute()
      await sql`insert into own_node (name) values (${node})`.execute(db)
      for (const table of TABLES) {
        // A column that may not be null needs a default, and that must be a constant.
        await db.schema
          .alterTable(table)
          .addColumn('node', 'text', (column) => column.notNull().defaultTo(sql.lit(node)))
          .execute()
      }
      // The same plugin on two hosts is two subjects: the constraint is another one, so the table is made anew.
      await db.schema
        .createTable('new_sample_subjects')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('node', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addUniqueConstraint('sample_subjects_name', ['node', 'kind', 'name'])
        .modifyEnd(sql`strict`)
        .execute()
      await sql`insert into new_sample_subjects (id, node, kind, name)
        select id, ${node}, kind, name from sample_subjects`.execute(db)
      await db.schema.dropTable('sample_subjects').execute()
      await db.schema.alterTable('new_sample_subjects').renameTo('sample_subjects').execute()
    },
  }
}
