import type { Role } from '@plugboard/protocol/operations'
import { sql } from 'kysely'
import { read, write } from '../query.ts'

/** Beyond it there are no dates. */
const LAST_MOMENT = 8_640_000_000_000_000

export interface ApiTokenRow {
  readonly id: string
  readonly name: string
  readonly role: Role
  /** SHA-256 of the token: it has 256 random bits, which cannot be guessed. */
  readonly hash: string
  readonly createdAt: number
  readonly createdBy: string
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
}

export const apiTokens = {
  list: read(async (db): Promise<ApiTokenRow[]> => {
    const rows = await db
      .selectFrom('api_tokens')
      .select(['id', 'name', 'role', 'hash', 'created_at', 'created_by', 'last_used_at'])
      // Earlier versions took times that no number can hold.
      .select(sql<number | null>`min(expires_at, ${LAST_MOMENT})`.as('expires_at'))
      .orderBy('created_at')
      .execute()
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      role: row.role as Role,
      hash: row.hash,
      createdAt: row.created_at,
      createdBy: row.created_by,
      expiresAt: row.expires_at,
      lastUsedAt: row.last_used_at,
    }))
  }),

  add: write(async (db, { createdAt, createdBy, expiresAt, lastUsedAt, ...row }: ApiTokenRow) => {
    const values = { ...row, created_at: createdAt, created_by: createdBy, expires_at: expiresAt }
    await db
      .insertInto('api_tokens')
      .values({ ...values, last_used_at: lastUsedAt })
      .execute()
  }),

  remove: write(async (db, { id }: { readonly id: string }) => {
    await db.deleteFrom('api_tokens').where('id', '=', id).execute()
  }),

  markUsed: write(async (db, uses: readonly { readonly id: string; readonly at: number }[]) => {
    for (const { id, at } of uses) {
      await db.updateTable('api_tokens').set({ last_used_at: at }).where('id', '=', id).execute()
    }
  }),
}
