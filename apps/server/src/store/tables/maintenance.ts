import { sql } from 'kysely'
import { checkWhole } from '../database.ts'
import { read } from '../query.ts'

export const maintenance = {
  /** A compact copy of the whole file, as it is at this moment. */
  copyTo: read(async (db, { file }: { readonly file: string }) => {
    await sql`vacuum into ${file}`.execute(db)
  }),

  /** @throws StoreError `damaged` */
  check: read(async (db) => await checkWhole(db)),
}
