import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import type { Db } from '../query.ts'
import { takeNodeName } from '../own-node.ts'
import type { StoreSchema } from '../schema.ts'
import { nodeSqliteDialect } from '../sqlite-dialect.ts'
import { migrationsOf } from './index.ts'

function setUp(node: string) {
  const sqlite = new DatabaseSync(':memory:')
  onTestFinished(() => sqlite.close())
  const db: Db = new Kysely<StoreSchema>({ dialect: nodeSqliteDialect(sqlite) })
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrationsOf(node) } })
  const migrateTo = async (name: string): Promise<void> => {
    const { error } = await migrator.migrateTo(name)
    if (error !== undefined) throw error
  }
  const all = (query: string): unknown[] =>
    sqlite
      .prepare(query)
      .all()
      .map((row) => ({ ...row }))
  return { sqlite, db, migrateTo, all }
}

const FORMER_PLUGIN = `insert into plugins (id, position, path, desired, setup, updated_at) values ('one', 1, '/one', 'active', '{}', 1)`
const formerLetter = (events: readonly object[]): string =>
  JSON.stringify({ id: 'l1', reason: 'handler-failed', events })

test('stored dead letters take the open shape of events', async () => {
  const { sqlite, migrateTo, all } = setUp('edge-1')
  await migrateTo('0008-codes')
  const columns = all(`select name from pragma_table_info('plugins')`)
  expect(columns).not.toContainEqual({ name: 'node' })
  const letter = formerLetter([
    { id: 'a', at: 1, source: 'me', type: 'custom', eventType: 'user.joined', data: { name: 'Ada' } },
    { id: 'b', at: 2, source: 'host-machine', type: 'vm.started', vmId: 'vm-1' },
    { id: 'c', at: 3, source: 'me', type: 'custom', eventType: 'tick' },
  ])
  sqlite.prepare('insert into dead_letters (plugin_id, letter_id, letter) values (?, ?, ?)').run('one', 1, letter)
  await migrateTo('0009-open-events')
  const [row] = all('select letter from dead_letters') as { letter: string }[]
  const origin = { node: 'edge-1' }
  expect(JSON.parse(row!.letter)).toEqual({
    id: 'l1',
    reason: 'handler-failed',
    events: [
      { id: 'a', at: 1, source: 'me', origin, type: 'user.joined', data: { name: 'Ada' } },
      { id: 'b', at: 2, source: 'host-machine', origin, type: 'vm.started', data: { vmId: 'vm-1' } },
      { id: 'c', at: 3, source: 'me', origin, type: 'tick', data: null },
    ],
  })
})

test('what is stored becomes this host’s, and the ids of samples stay', async () => {
  const { sqlite, migrateTo, all } = setUp('edge-1')
  await migrateTo('0009-open-events')
  sqlite.exec(FORMER_PLUGIN)
  sqlite.exec(`insert into sample_subjects (id, kind, name) values (7, 'plugin', 'one')`)
  await migrateTo('0010-nodes')
  expect(all('select id, node from plugins')).toEqual([{ id: 'one', node: 'edge-1' }])
  expect(all('select * from sample_subjects')).toEqual([{ id: 7, node: 'edge-1', kind: 'plugin', name: 'one' }])
  expect(all('select * from own_node')).toEqual([{ name: 'edge-1' }])
})

test('a host that was renamed takes its rows along, and leaves those of other hosts', async () => {
  const { sqlite, db, migrateTo, all } = setUp('edge-1')
  await migrateTo('0017-silences')
  sqlite.exec(
    `insert into sample_subjects (node, kind, name) values ('edge-1', 'plugin', 'one'), ('edge-2', 'plugin', 'one')`,
  )
  sqlite.exec(`insert into silences (node, plugin_id, at, until, by, note) values ('edge-1', 'one', 1, 2, 'ada', '')`)
  await takeNodeName(db, 'edge-9')
  expect(all('select node from silences')).toEqual([{ node: 'edge-9' }])
  expect(all('select node from sample_subjects order by id')).toEqual([{ node: 'edge-9' }, { node: 'edge-2' }])
  expect(all('select name from own_node')).toEqual([{ name: 'edge-9' }])
  await takeNodeName(db, 'edge-9')
  expect(all('select name from own_node')).toEqual([{ name: 'edge-9' }])
})
