import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** As they were when this table was made; a metric that comes later is a migration of its own. */
const METRICS = [
  'eventsPerSecond',
  'errorsPerSecond',
  'errorRate60s',
  'memoryBytes',
  'cpuPercent',
  'p95Ms',
  'mailboxDepth',
]

export const samplesTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('sample_subjects')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addUniqueConstraint('sample_subjects_name', ['kind', 'name'])
      .modifyEnd(sql`strict`)
      .execute()
    let samples = db.schema
      .createTable('samples')
      .addColumn('subject', 'integer', (column) => column.notNull())
      .addColumn('period', 'integer', (column) => column.notNull())
      .addColumn('at', 'integer', (column) => column.notNull())
    for (const metric of METRICS) {
      samples = samples.addColumn(`${metric}_n`, 'integer')
      for (const fold of ['mean', 'min', 'max']) samples = samples.addColumn(`${metric}_${fold}`, 'real')
    }
    await samples
      .addPrimaryKeyConstraint('samples_key', ['subject', 'period', 'at'])
      .modifyEnd(sql`strict, without rowid`)
      .execute()
  },
}
