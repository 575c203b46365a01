import { DatabaseSync } from 'node:sqlite'
import { readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../test/support.ts'
import { lockFolder } from './folder-lock.ts'
import { DATABASE_FILE } from './files.ts'
import { MAX_PAGE_BYTES } from './page.ts'
import { openStore, type Store } from './store.ts'
import type { PluginRow } from './tables/plugins.ts'

const row = (id: string, desired: PluginRow['desired'] = 'active'): PluginRow => ({
  id,
  path: `/plugins/${id}`,
  desired,
  disabled: null,
  setup: { grants: [], restartPolicy: 'on-crash', isolation: 'process', limits: {}, metadata: { id } as never },
})

const entry = (operation: string) => ({
  at: 1,
  actor: 'ada',
  role: 'admin' as const,
  via: 'rest',
  address: '127.0.0.1',
  operation,
  target: 'one',
  result: 'ok',
  detail: { n: 1 },
})

async function open(folder: string): Promise<Store> {
  const store = await openStore(folder)
  onTestFinished(() => store.close())
  return store
}

test('what was written is there after a restart, in the order it was loaded', async () => {
  const folder = await tempFolder()
  const first = await openStore(folder)
  await Promise.all([first.plugins.put(row('b')), first.plugins.put(row('a', 'loaded'))])
  await first.plugins.setDesired([{ id: 'b', desired: 'unloaded', disabled: null }])
  const config = {
    pluginId: 'b',
    revision: 1,
    at: 1,
    actor: 'ada',
    revertedTo: null,
    config: {},
    sealed: null,
    hasReferences: true,
    changes: [],
  }
  await first.plugins.load({ row: row('b'), config })
  await first.close()
  const again = await open(folder)
  expect(await again.plugins.list()).toEqual([row('a', 'loaded'), row('b')])
})

test('a write that fails takes none of those beside it along', async () => {
  const store = await open(await tempFolder())
  const revision = {
    pluginId: 'one',
    revision: 1,
    at: 1,
    actor: 'ada',
    revertedTo: null,
    config: { n: 1 },
    sealed: null,
    hasReferences: true,
    changes: [],
  }
  const results = await Promise.allSettled([
    store.plugins.load({ row: row('one'), config: revision }),
    store.plugins.put({ ...row('two'), path: undefined as never }),
    store.plugins.load({ row: row('three'), config: { ...revision, pluginId: 'three' } }),
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect((await store.plugins.list()).map(({ id }) => id)).toEqual(['one', 'three'])
})

test('a proposed config is not listed before it is confirmed, and the next proposal replaces it', async () => {
  const store = await open(await tempFolder())
  const of = (revision: number, n: number) => ({
    pluginId: 'one',
    revision,
    at: 1,
    actor: 'ada',
    revertedTo: null,
    config: { n },
    sealed: null,
    hasReferences: true,
    changes: [],
  })
  await store.plugins.load({ row: row('one'), config: of(1, 1) })
  await store.configRevisions.propose(of(2, 2))
  const kept = async () =>
    (await store.configRevisions.list({ pluginId: 'one', limit: 9 })).map(({ config }) => config.n)
  expect(await kept()).toEqual([1])
  await store.configRevisions.propose(of(2, 3))
  await store.configRevisions.confirm([{ pluginId: 'one', revision: 2 }])
  expect(await kept()).toEqual([3, 1])
})

test('writes that come together are on disk together', async () => {
  const folder = await tempFolder()
  const store = await open(folder)
  const wal = join(folder, `${DATABASE_FILE}-wal`)
  const before = (await stat(wal)).size
  await Promise.all(Array.from({ length: 200 }, () => store.plugins.put(row('one'))))
  // Each transaction would add its page to the log, with a header: together they are a few.
  expect((await stat(wal)).size - before).toBeLessThan(20 * 4_120)
})

test('the audit cannot be changed, and says which row was', async () => {
  const folder = await tempFolder()
  const store = await open(folder)
  await store.audit.append(['load', 'enable', 'disable'].map(entry))
  expect(await store.audit.verify()).toMatchObject({ rows: 3, brokenAt: null })
  expect((await store.audit.list({ limit: 1 }))[0]).toMatchObject({ seq: 3, operation: 'disable', detail: { n: 1 } })

  using outside = new DatabaseSync(join(folder, DATABASE_FILE))
  expect(() => outside.exec("update audit set actor = 'eve' where seq = 2")).toThrow('append-only')
  expect(() => outside.exec('delete from audit')).toThrow('append-only')
  outside.exec("drop trigger audit_no_update; update audit set actor = 'eve' where seq = 2")
  expect(await store.audit.verify()).toMatchObject({ rows: 1, brokenAt: 2 })
})

test('the audit search covers actor, target and operation, ignores case, and takes wildcards literally', async () => {
  const store = await open(await tempFolder())
  await store.audit.append([
    { ...entry('plugins.enable'), actor: 'Ada@example.com', target: 'one_two' },
    { ...entry('plugins.disable'), actor: 'ben@example.com', target: 'onextwo' },
  ])
  const found = async (text: string) => (await store.audit.list({ text, limit: 9 })).map(({ seq }) => seq)
  expect(await found('ada@')).toEqual([1])
  expect(await found('ENABLE')).toEqual([1])
  expect(await found('example')).toEqual([2, 1])
  expect(await found('one_')).toEqual([1])
  expect(await found('%')).toEqual([])
})

test('the states of a plugin since a moment come with the one before it', async () => {
  const store = await open(await tempFolder())
  const state = (pluginId: string, at: number, to: string) => ({
    at,
    node: 'here',
    pluginId,
    kind: 'state' as const,
    severity: 'info' as const,
    code: 'state',
    title: '',
    actor: null,
    incidentId: null,
    detail: { state: to, error: null },
  })
  await store.timeline.add([
    state('one', 1, 'loaded'),
    state('one', 5, 'initializing'),
    state('two', 6, 'active'),
    state('one', 9, 'active'),
    { ...state('one', 10, ''), kind: 'config' },
  ])
  const since = async (from: number, limit = 9) =>
    (await store.timeline.states({ ids: ['one'], from, limit }))[0]![1].map(({ at }) => at)
  expect(await since(6)).toEqual([5, 9])
  expect(await since(0)).toEqual([1, 5, 9])
  expect(await since(0, 2)).toEqual([5, 9])
  expect(await since(99)).toEqual([9])
})

test('a folder serves one server; when that ends, the next may have it', async () => {
  const folder = await tempFolder()
  const held = lockFolder(folder)
  expect(() => lockFolder(folder)).toThrow(`The data folder ${folder} is in use by another Plugboard server`)
  held[Symbol.dispose]()
  lockFolder(folder)[Symbol.dispose]()
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

test('a file of somebody else, a damaged one and a newer one are refused, each with its sentence', async () => {
  const folder = await tempFolder()
  const file = join(folder, DATABASE_FILE)
  await writeFile(file, 'this is no database, and longer than a header would be '.repeat(9))
  await expect(openStore(folder)).rejects.toMatchObject({ trouble: 'foreign' })

  await writeFile(file, '')
  const foreign = new DatabaseSync(file)
  foreign.exec('create table theirs (a)')
  foreign.close()
  await expect(openStore(folder)).rejects.toMatchObject({ trouble: 'foreign' })

  await writeFile(file, '')
  const store = await openStore(folder)
  await store.plugins.put(row('a'))
  await store.close()
  const whole = await readFile(file)
  await truncate(file, whole.length - 4_096)
  await expect(openStore(folder)).rejects.toMatchObject({ trouble: 'damaged' })

  await writeFile(file, whole)
  const newer = new DatabaseSync(file)
  newer.exec("insert into kysely_migration values ('9999-later', '2099-01-01')")
  newer.close()
  await expect(openStore(folder)).rejects.toMatchObject({ trouble: 'newer' })
})

test('a lock of another program is said, and over when it is gone', { timeout: 15_000 }, async () => {
  const folder = await tempFolder()
  const store = await open(folder)
  using outside = new DatabaseSync(join(folder, DATABASE_FILE))
  outside.exec('begin immediate')
  await expect(store.plugins.put(row('a'))).rejects.toMatchObject({ trouble: 'locked' })
  expect(await store.plugins.list()).toEqual([])
  outside.exec('rollback')
  await store.plugins.put(row('a'))
  expect(await store.plugins.list()).toEqual([row('a')])
})

test('a page of rows is no larger than one answer may be, and the next one goes on behind it', async () => {
  const store = await open(await tempFolder())
  const message = 'x'.repeat(8_000)
  const line = { node: 'here', id: 'one', at: 1, level: 'info', origin: 'plugin', message } as const
  await store.logs.add(Array.from({ length: 200 }, () => line))
  const seen: number[] = []
  for (let before: number | undefined; ; before = seen.at(-1)!) {
    const page = await store.logs.search({ before, limit: 1_000 })
    expect(JSON.stringify(page).length).toBeLessThanOrEqual(MAX_PAGE_BYTES + 1_000)
    if (page.length === 0) break
    seen.push(...page.map(({ seq }) => seq))
  }
  expect(seen).toEqual(Array.from({ length: 200 }, (_, n) => 200 - n))
})

test('a file that is mostly free pages is made smaller at the next start', async () => {
  const folder = await tempFolder()
  let store = await open(folder)
  const line = { node: 'here', id: 'one', at: 1, level: 'info', origin: 'plugin', message: 'x'.repeat(8_000) } as const
  for (let n = 0; n < 10; n += 1) await store.logs.add(Array.from({ length: 400 }, () => line))
  await store.close()
  const sizeOf = async () => (await stat(join(folder, DATABASE_FILE))).size
  const full = await sizeOf()
  expect(full).toBeGreaterThan(24 * 1_024 * 1_024)
  const db = new DatabaseSync(join(folder, DATABASE_FILE))
  db.exec('delete from logs')
  db.close()
  expect(await sizeOf()).toBe(full)
  store = await open(folder)
  expect(await store.logs.search({ limit: 1 })).toEqual([])
  await store.close()
  expect(await sizeOf()).toBeLessThan(full / 10)
})

test('what an unloaded plugin has logged is forgotten once it is old; what a loaded one has logged is not', async () => {
  const store = await open(await tempFolder())
  const line = { node: 'here', level: 'info', origin: 'plugin', message: '' } as const
  await store.plugins.put(row('loaded'))
  await store.logs.add([
    { ...line, id: 'loaded', at: 1 },
    { ...line, id: 'gone', at: 1 },
    { ...line, id: 'gone', at: 100 },
  ])
  await store.logs.sweep({ before: 50 })
  const left = await store.logs.search({ limit: 10 })
  expect(left.map(({ id, at }) => [id, at])).toEqual([
    ['gone', 100],
    ['loaded', 1],
  ])
})

test('the logs of a plugin are bounded in bytes: the oldest give way', async () => {
  const store = await open(await tempFolder())
  const line = { node: 'here', id: 'one', level: 'info', origin: 'plugin', message: 'm' } as const
  const large = { text: 'x'.repeat(60_000) }
  for (let at = 0; at < 700; at += 100) {
    await store.logs.add(Array.from({ length: 100 }, (_, n) => ({ ...line, at: at + n, fields: large })))
  }
  await store.logs.prune({ ids: ['one'] })
  const left: number[] = []
  for (let before = Infinity; ;) {
    const page = await store.logs.search({ before, limit: 1_000 })
    if (page.length === 0) break
    left.push(...page.map(({ at }) => at))
    before = page.at(-1)!.seq
  }
  expect(left[0]).toBe(699)
  expect(left.length * 60_000).toBeLessThan(32 * 2 ** 20)
  expect(left.length * 60_100).toBeGreaterThan(31 * 2 ** 20)
})

test('a token whose end no number can hold, as an earlier version took it, keeps nothing from starting', async () => {
  const folder = await tempFolder()
  const first = await openStore(folder)
  await first.apiTokens.add({
    id: 't',
    name: 'ci',
    role: 'viewer',
    hash: 'h',
    createdAt: 1,
    createdBy: 'ada',
    expiresAt: 2,
    lastUsedAt: null,
  })
  await first.close()
  const sqlite = new DatabaseSync(join(folder, DATABASE_FILE))
  sqlite.exec('update api_tokens set expires_at = 4070908800000000000')
  sqlite.close()
  const again = await open(folder)
  expect(await again.apiTokens.list()).toMatchObject([{ id: 't', expiresAt: 8.64e15 }])
})
