import { write, type Db } from '../query.ts'

/** An answer as it is given again. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Text; null sends none. */
  readonly body: string | null
}

export interface KeyId {
  readonly key: string
  readonly actor: string
}

export interface KnownKey {
  readonly fingerprint: string
  readonly at: number
  /** Null: it has not ended. */
  readonly answer: KeptAnswer | null
}

/** Stored for each caller. The oldest ones are removed. */
const MAX_PER_ACTOR = 10_000

export const idempotency = {
  /** Takes the key, or returns the request that holds it. Removes keys that are too old. */
  begin: write(
    async (
      db,
      {
        key,
        actor,
        fingerprint,
        at,
        expiredBefore,
      }: KeyId & { readonly fingerprint: string; readonly at: number; readonly expiredBefore: number },
    ): Promise<KnownKey | null> => {
      await db.deleteFrom('idempotency').where('at', '<', expiredBefore).execute()
      const known = await db
        .selectFrom('idempotency')
        .selectAll()
        .where('key', '=', key)
        .where('actor', '=', actor)
        .executeTakeFirst()
      if (known) {
        const answer = known.answer === null ? null : (JSON.parse(known.answer) as KeptAnswer)
        return { fingerprint: known.fingerprint, at: known.at, answer }
      }
      await trim(db, actor)
      await db.insertInto('idempotency').values({ key, actor, fingerprint, at, answer: null }).execute()
      return null
    },
  ),

  finish: write(async (db, { key, actor, answer }: KeyId & { readonly answer: KeptAnswer }) => {
    await db
      .updateTable('idempotency')
      .set({ answer: JSON.stringify(answer) })
      .where('key', '=', key)
      .where('actor', '=', actor)
      .execute()
  }),

  forget: write(async (db, { key, actor }: KeyId) => {
    await db.deleteFrom('idempotency').where('key', '=', key).where('actor', '=', actor).execute()
  }),
}

async function trim(db: Db, actor: string): Promise<void> {
  const oldest = await db
    .selectFrom('idempotency')
    .select('at')
    .where('actor', '=', actor)
    .orderBy('at', 'desc')
    .offset(MAX_PER_ACTOR)
    .limit(1)
    .executeTakeFirst()
  if (oldest) await db.deleteFrom('idempotency').where('actor', '=', actor).where('at', '<=', oldest.at).execute()
}
