import type { Kysely } from 'kysely'
import type { StoreSchema } from './schema.ts'

export type Db = Kysely<StoreSchema>

/** Something that the store's threads can be asked, by name. Input and output must survive a structured clone. */
export interface Query<Input, Output> {
  readonly kind: 'read' | 'write'
  readonly run: (db: Db, input: Input) => Promise<Output>
}

/** Runs on the reading thread, beside the writes. */
export function read<Input = void, Output = void>(run: Query<Input, Output>['run']): Query<Input, Output> {
  return { kind: 'read', run }
}

/** Runs on the writing thread, in one transaction with the writes that wait beside it; on disk when it resolves. */
export function write<Input = void, Output = void>(run: Query<Input, Output>['run']): Query<Input, Output> {
  return { kind: 'write', run }
}
