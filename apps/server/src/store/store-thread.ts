import { parentPort, workerData } from 'node:worker_threads'
import { execute, openForReading, openForWriting, type OpenDatabase } from './database.ts'
import type { Db, Query } from './query.ts'
import type { StoreJob, StoreReply, ThreadData } from './store-worker.ts'
import { StoreError, troubleOf } from './store-error.ts'
import { tables, type TableName } from './tables/index.ts'

// One thread of the store: it owns a connection, and does one job, or one group of writes, after the other.

const port = parentPort!
const thread = workerData as ThreadData
const waiting: StoreJob[] = []
let opened: OpenDatabase | undefined
let isWorking = false

port.on('message', (job: StoreJob | 'close') => {
  // Comes last, when all jobs have been answered: what is in the write-ahead log goes into the file.
  if (job === 'close') {
    opened?.sqlite.close()
    return port.close()
  }
  waiting.push(job)
  if (!isWorking) void work()
})

function open(): Promise<OpenDatabase> {
  return thread.mode === 'write' ? openForWriting(thread.file, thread.node) : openForReading(thread.file)
}

async function work(): Promise<void> {
  isWorking = true
  while (waiting.length > 0) {
    // Jobs that were posted together arrive one by one. Wait one turn, so that they form one group.
    await new Promise((resolve) => setImmediate(resolve))
    const jobs = waiting.splice(0)
    try {
      opened ??= await open()
      const replies = thread.mode === 'write' ? await runGroup(opened, jobs) : await runEach(opened, jobs)
      for (const reply of replies) port.postMessage(reply)
      if (jobs.some(({ query }) => query !== null && queryOf(query).erases)) emptyLog(opened)
    } catch (thrown) {
      for (const { id } of jobs) port.postMessage(failure(id, thrown))
    }
  }
  isWorking = false
}

/** Writes that came together are on disk together: one transaction, and one flush of the disk. */
async function runGroup({ sqlite, db }: OpenDatabase, jobs: readonly StoreJob[]): Promise<StoreReply[]> {
  return await db.connection().execute(async (connection) => {
    await execute(connection, 'begin immediate')
    try {
      const replies: StoreReply[] = []
      for (const job of jobs) replies.push(await runInGroup({ sqlite, db: connection }, job))
      await execute(connection, 'commit')
      return replies
    } catch (thrown) {
      // Kysely's own transaction would ask for a rollback once more, and hide what went wrong: SQLite has rolled back.
      if (sqlite.isTransaction) await execute(connection, 'rollback')
      throw thrown
    }
  })
}

/** A failure of the store, such as a full disk, fails the whole group. Any other error fails only its own job. */
async function runInGroup({ sqlite, db }: OpenDatabase, job: StoreJob): Promise<StoreReply> {
  await execute(db, 'savepoint job')
  try {
    const value = await run(db, job)
    await execute(db, 'release job')
    return { id: job.id, ok: true, value }
  } catch (thrown) {
    if (troubleOf(thrown) !== undefined || !sqlite.isTransaction) throw thrown
    await execute(db, 'rollback to job')
    await execute(db, 'release job')
    return failure(job.id, thrown)
  }
}

async function runEach({ db }: OpenDatabase, jobs: readonly StoreJob[]): Promise<StoreReply[]> {
  const replies: StoreReply[] = []
  for (const job of jobs) {
    try {
      replies.push({ id: job.id, ok: true, value: await run(db, job) })
    } catch (thrown) {
      replies.push(failure(job.id, thrown))
    }
  }
  return replies
}

async function run(db: Db, { query, input }: StoreJob): Promise<unknown> {
  if (query === null) return undefined
  return await queryOf(query).run(db, input)
}

function queryOf(query: string): Query<unknown, unknown> {
  const [table, name] = query.split('.') as [TableName, string]
  return (tables[table] as Record<string, Query<unknown, unknown>>)[name]!
}

/** Where that is not possible now, the next one that erases tries again; what was written is on disk in any case. */
function emptyLog({ sqlite }: OpenDatabase): void {
  try {
    sqlite.exec('pragma wal_checkpoint(truncate)')
  } catch (thrown) {
    if (troubleOf(thrown) === undefined) throw thrown
  }
}

function failure(id: number, thrown: unknown): StoreReply {
  const trouble = troubleOf(thrown) ?? null
  const { message, stack } = thrown instanceof StoreError || !trouble ? (thrown as Error) : new StoreError(trouble)
  return { id, ok: false, error: { trouble, message, stack: stack ?? message } }
}
