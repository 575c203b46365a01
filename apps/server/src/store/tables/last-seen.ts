import { read, write } from '../query.ts'

export interface LastSeenRow {
  readonly accountId: string
  readonly at: number
}

/** When each account was used last. */
export const lastSeen = {
  list: read(async (db): Promise<LastSeenRow[]> => {
    const rows = await db.selectFrom('last_seen').selectAll().execute()
    return rows.map(({ account_id: accountId, at }) => ({ accountId, at }))
  }),

  mark: write(async (db, rows: readonly LastSeenRow[]) => {
    for (const { accountId, at } of rows) {
      await db.replaceInto('last_seen').values({ account_id: accountId, at }).execute()
    }
  }),

  remove: write(async (db, { accountId }: { readonly accountId: string }) => {
    await db.deleteFrom('last_seen').where('account_id', '=', accountId).execute()
  }),
}
