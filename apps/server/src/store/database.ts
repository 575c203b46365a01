import { CompiledQuery, Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { migrationsOf } from './migrations/index.ts'
import { takeNodeName } from './own-node.ts'
import type { Db } from './query.ts'
import type { StoreSchema } from './schema.ts'
import { nodeSqliteDialect } from './sqlite-dialect.ts'
import { StoreError, troubleOf } from './store-error.ts'
import { addTextSearch } from './text-search.ts'

/** "Plug": SQLite keeps it in the file's header, so that a database of another program is recognised. */
const APPLICATION_ID = 0x50_6c_75_67
/** How long a transaction of another program is waited for; only the store's own threads wait. */
const BUSY_MS = 500
/** Of free pages. */
const WORTH_SHRINKING_BYTES = 16 * 1_024 * 1_024
const JOURNAL_BYTES = 64 * 1_024 * 1_024

export interface OpenDatabase {
  readonly sqlite: DatabaseSync
  readonly db: Db
}

/**
 * Opens the file for writing, brings its tables up to date and makes it durable.
 * @param node this host's name
 * @throws StoreError
 */
export async function openForWriting(file: string, node: string): Promise<OpenDatabase> {
  return await guarded(async () => {
    const hasLog = existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0
    if (existsSync(file) && !hasLog) checkLength(file)
    const opened = connect(file, { readOnly: false })
    try {
      checkOwner(opened.sqlite)
      // After a kill or a full disk, missing pages may still be in the write-ahead log. So check the length only after
      // the checkpoint.
      const merged = opened.sqlite.prepare('pragma wal_checkpoint(truncate)').get()
      if (hasLog && merged?.busy === 0) checkLength(file)
      // What is deleted or replaced is overwritten: a secret that was stored in clear must not stay in a free page.
      opened.sqlite.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on')
      opened.sqlite.exec(`pragma application_id = ${APPLICATION_ID}; pragma journal_size_limit = ${JOURNAL_BYTES}`)
      await migrate(opened.db, node)
      await takeNodeName(opened.db, node)
      shrink(opened.sqlite)
      return opened
    } catch (thrown) {
      opened.sqlite.close()
      throw thrown
    }
  })
}

/** Gives unused space back, where that is most of the file: deleted rows leave free pages, which only this removes. */
function shrink(sqlite: DatabaseSync): void {
  const read = (name: string): number => Number(sqlite.prepare(`pragma ${name}`).get()?.[name])
  const [pages, free, pageBytes] = [read('page_count'), read('freelist_count'), read('page_size')]
  if (free * pageBytes < WORTH_SHRINKING_BYTES || free * 2 < pages) return
  try {
    sqlite.exec('vacuum')
  } catch (thrown) {
    // It needs as much space again, and the file for itself; without, the file stays as it is.
    const trouble = troubleOf(thrown)
    if (trouble === undefined || trouble === 'damaged') throw thrown
  }
}

/** Opens the file for reading, beside the writer. @throws StoreError */
export async function openForReading(file: string): Promise<OpenDatabase> {
  return await guarded(async () => connect(file, { readOnly: true }))
}

/** Whether the whole file is sound; it reads all of it. @throws StoreError `damaged` */
export async function checkWhole(db: Db): Promise<void> {
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(1)`.execute(db)
  if (rows[0]?.quick_check !== 'ok') throw new StoreError('damaged', { cause: rows[0] })
}

function connect(file: string, { readOnly }: { readonly readOnly: boolean }): OpenDatabase {
  const sqlite = new DatabaseSync(file, { readOnly, timeout: BUSY_MS, enableForeignKeyConstraints: true })
  addTextSearch(sqlite)
  return { sqlite, db: new Kysely<StoreSchema>({ dialect: nodeSqliteDialect(sqlite) }) }
}

function checkOwner(sqlite: DatabaseSync): void {
  const id = sqlite.prepare('pragma application_id').get()?.application_id
  const isEmpty = sqlite.prepare('select count(*) as n from sqlite_schema').get()?.n === 0
  if (id !== APPLICATION_ID && !isEmpty) throw new StoreError('foreign')
}

/** A file that was cut short opens well, and fails only when the missing part is read. */
function checkLength(file: string): void {
  const fd = openSync(file, 'r')
  try {
    const header = Buffer.alloc(100)
    const length = readSync(fd, header, 0, 100, 0)
    if (length === 0) return
    if (header.toString('latin1', 0, 15) !== 'SQLite format 3') throw new StoreError('foreign')
    const rawPageSize = header.readUInt16BE(16)
    const pageBytes = rawPageSize === 1 ? 65_536 : rawPageSize
    const pages = header.readUInt32BE(28)
    if (length < 100 || fstatSync(fd).size < pages * pageBytes) throw new StoreError('damaged')
  } finally {
    closeSync(fd)
  }
}

async function migrate(db: Db, node: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrationsOf(node) } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  if (/previously executed migration .* is missing/.test((error as Error).message)) {
    throw new StoreError('newer', { cause: error })
  }
  throw error
}

async function guarded<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (thrown) {
    const trouble = troubleOf(thrown)
    throw trouble ? new StoreError(trouble, { cause: thrown }) : thrown
  }
}

/** A statement outside Kysely's builder, such as a savepoint. */
export async function execute(db: Db, statement: string): Promise<void> {
  await db.executeQuery(CompiledQuery.raw(statement))
}
