import { ensureFolder } from '@plugboard/core'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreError, troubleOf } from './store-error.ts'

const LOCK_FILE = 'writer.lock'

/** The data folder cannot be used. Its message is one sentence that names it. */
class FolderError extends Error {
  override readonly name = 'FolderError'
}

/**
 * Makes the data folder, for its owner only, and takes it for this process. The lock is SQLite's: the kernel gives it
 * back when the process ends, however that ends.
 * @throws FolderError
 */
export function lockFolder(dataDir: string): Disposable {
  let lock: DatabaseSync | undefined
  try {
    ensureFolder(dataDir)
    chmodSync(dataDir, 0o700)
    lock = new DatabaseSync(join(dataDir, LOCK_FILE), { timeout: 0 })
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (thrown) {
    lock?.close()
    throw new FolderError(sentence(dataDir, thrown), { cause: thrown })
  }
  const held = lock
  return { [Symbol.dispose]: () => held.close() }
}

function sentence(dataDir: string, thrown: unknown): string {
  const trouble = troubleOf(thrown)
  if (trouble === 'locked') {
    return `The data folder ${dataDir} is in use by another Plugboard server: stop that one, or set PLUGBOARD_DATA_DIR to another folder.`
  }
  const why = trouble ? new StoreError(trouble).message : (thrown as Error).message
  return `The data folder ${dataDir} cannot be used. ${why}`
}
