import type { Migration } from 'kysely/migration'

/** Logs and the timeline are asked for by time, over all plugins. */
export const timeIndexes: Migration = {
  async up(db) {
    await db.schema.createIndex('logs_at').on('logs').column('at').execute()
    await db.schema.createIndex('timeline_at').on('timeline').column('at').execute()
  },
}
