import { closeSync, fsyncSync, openSync } from 'node:fs'

/** What lies in a data folder and is the server's; plugins have their own folders in it. */
export const DATABASE_FILE = 'plugboard.db'
export const ACCOUNTS_FILE = 'accounts.db'
export const KEY_FILE = 'secret.key'
/** There while a restore moves files; it says where the former ones went. */
export const RESTORING_FILE = 'restore.unfinished'

/** A file has its new name for good once its folder is on disk. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** What a command says that finds no database. */
export function noDataIn(dataDir: string): string {
  return `${dataDir} contains no data of Plugboard: set another folder with --data-dir or PLUGBOARD_DATA_DIR.`
}
