import { defaultNodeName } from '@plugboard/core'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE_FILE, RESTORING_FILE } from './files.ts'
import type { Outboxes } from './outbox.ts'
import type { Query } from './query.ts'
import { StoreError, type StoreTrouble } from './store-error.ts'
import { StoreWorker } from './store-worker.ts'
import { tables, type Tables } from './tables/index.ts'

type Asked<Q> = Q extends Query<infer Input, infer Output> ? (input: Input) => Promise<Output> : never

/** Every query of every table, as a method: `store.plugins.list()`. */
type StoreTables = {
  readonly [Table in keyof Tables]: { readonly [Name in keyof Tables[Table]]: Asked<Tables[Table][Name]> }
}

/** What must survive a restart, in one SQLite file. Threads of its own do the work: none of it holds up the host. */
export type Store = StoreTables &
  AsyncDisposable & {
    readonly file: string
    /** What waits to be written into it. */
    readonly outboxes: Outboxes
    /** Why the last write failed; null while it can be written. */
    trouble(): StoreTrouble | null
    close(): Promise<void>
  }

function refuseHalfRestored(dataDir: string): void {
  const marker = join(dataDir, RESTORING_FILE)
  if (existsSync(marker)) throw new StoreError('half-restored')
}

/**
 * Opens the store of a data folder, which must be this server's alone (see `lockFolder`).
 * @param node this host's name: what is stored without one, or under a former one, is this host's
 * @throws StoreError
 */
export async function openStore(dataDir: string, node: string = defaultNodeName()): Promise<Store> {
  refuseHalfRestored(dataDir)
  const file = join(dataDir, DATABASE_FILE)
  const writer = new StoreWorker({ file, mode: 'write', node })
  const reader = new StoreWorker({ file, mode: 'read' })
  // Searches take seconds, and hold up no other read.
  const searcher = new StoreWorker({ file, mode: 'read' })
  const close = async (): Promise<void> => {
    // The last one merges the log into the file, which one that only reads cannot.
    await Promise.all([reader.close(), searcher.close()])
    await writer.close()
  }
  // It loads beside the one that writes, but opens nothing yet: there may be no file.
  reader.warmUp()
  try {
    await writer.run(null, undefined)
  } catch (thrown) {
    await close()
    throw thrown
  }
  const threads = { write: writer, read: reader, search: searcher }
  const methods = Object.fromEntries(
    Object.entries(tables).map(([table, queries]) => [
      table,
      Object.fromEntries(
        Object.entries(queries).map(([name, { kind }]) => {
          return [name, (input: unknown) => threads[kind as keyof typeof threads].run(`${table}.${name}`, input)]
        }),
      ),
    ]),
  ) as unknown as StoreTables
  return { ...methods, file, outboxes: new Set(), trouble: () => writer.trouble, close, [Symbol.asyncDispose]: close }
}
