import type { Role } from '@plugboard/protocol/operations'
import { read, write } from '../query.ts'

/** A link that lets somebody in, once. */
export interface InviteRow {
  readonly id: string
  readonly role: Role
  /** SHA-256 of its token, which has 256 random bits. */
  readonly hash: string
  readonly createdAt: number
  readonly createdBy: string
  readonly expiresAt: number
}

export const invites = {
  list: read(async (db): Promise<InviteRow[]> => {
    const rows = await db.selectFrom('invites').selectAll().orderBy('created_at').execute()
    return rows.map(({ role, created_at: createdAt, created_by: createdBy, expires_at: expiresAt, ...row }) => {
      return { ...row, role: role as Role, createdAt, createdBy, expiresAt }
    })
  }),

  add: write(async (db, { createdAt, createdBy, expiresAt, ...row }: InviteRow) => {
    await db
      .insertInto('invites')
      .values({ ...row, created_at: createdAt, created_by: createdBy, expires_at: expiresAt })
      .execute()
  }),

  remove: write(async (db, { id }: { readonly id: string }) => {
    await db.deleteFrom('invites').where('id', '=', id).execute()
  }),
}
