import type { Kysely } from 'kysely'
import type { StoreSchema } from './schema.ts'

export type Db = Kysely<StoreSchema>

/** Something that the store's threads can be asked, by name. Input and output must survive a structured clone. */
export interface Query<Input, Output> {
  readonly kind: 'read' | 'search' | 'write'
  /** What it replaces must not stay on disk: the write-ahead log, which holds the former pages, is emptied after it. */
  readonly erases?: boolean
  readonly run: (db: Db, input: Input) => Promise<Output>
}

/** Runs on the reading thread, beside the writes. */
export function read<Input = void, Output = void>(run: Query<Input, Output>['run']): Query<Input, Output> {
  return { kind: 'read', run }
}

/** Runs on a reading thread of its own: it may take seconds. */
export function search<Input = void, Output = void>(run: Query<Input, Output>['run']): Query<Input, Output> {
  return { kind: 'search', run }
}

/** Runs on the writing thread, in one transaction with the writes that wait beside it; on disk when it resolves. */
export function write<Input = void, Output = void>(run: Query<Input, Output>['run']): Query<Input, Output> {
  return { kind: 'write', run }
}

/** The same, for a write that replaces secrets in clear. */
export function erase<Input = void, Output = void>(run: Query<Input, Output>['run']): Query<Input, Output> {
  return { kind: 'write', erases: true, run }
}
