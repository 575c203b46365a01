/** What keeps the store from doing its work; anything else that it throws is a fault of ours. */
export type StoreTrouble =
  | 'full'
  | 'read-only'
  | 'locked'
  | 'damaged'
  | 'foreign'
  | 'newer'
  | 'half-restored'
  | 'io'
  | 'thread-ended'

/** The store cannot read or write now. Its message is one sentence that says what would help. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly trouble: StoreTrouble

  constructor(trouble: StoreTrouble, options: ErrorOptions = {}) {
    super(SENTENCES[trouble], options)
    this.trouble = trouble
  }
}

const SENTENCES: Readonly<Record<StoreTrouble, string>> = {
  full: 'The disk of the data folder is full: make room on it. What was not written was not acknowledged.',
  'read-only': 'The data folder cannot be written: make it writable for this user.',
  locked: 'The database is locked by another program: end that program or its transaction.',
  damaged: 'The database plugboard.db is damaged or cut short: put a backup back with `plugboard restore`.',
  foreign: 'The file plugboard.db is not a database of Plugboard: move it away, or name another data folder.',
  newer: 'The database plugboard.db was written by a newer Plugboard: use that version, or put back a backup.',
  'half-restored': 'A restore into this data folder was cut off: run `plugboard restore` once more.',
  io: 'The disk of the data folder does not answer as it should: look at the log of the machine.',
  'thread-ended':
    'A thread of the server that reads or writes the database ended, for example because it ran out of memory. The next request starts it anew; the log of the server has more.',
}

/** SQLite's primary result codes, https://sqlite.org/rescode.html. */
const TROUBLES: Readonly<Record<number, StoreTrouble>> = {
  5: 'locked',
  6: 'locked',
  8: 'read-only',
  10: 'io',
  11: 'damaged',
  13: 'full',
  14: 'read-only',
  26: 'foreign',
}

/** The trouble that an error of `node:sqlite` or the file system tells of; undefined for any other error. */
export function troubleOf(thrown: unknown): StoreTrouble | undefined {
  if (thrown instanceof StoreError) return thrown.trouble
  const { code, errcode } = thrown as { code?: unknown; errcode?: unknown }
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') return TROUBLES[errcode & 0xff]
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'full'
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return 'read-only'
  return code === 'EIO' ? 'io' : undefined
}
