import type { Role } from '@plugboard/protocol/operations'
import { sql } from 'kysely'
import { createHash } from 'node:crypto'
import { pageOf } from '../page.ts'
import { read, write, type Db } from '../query.ts'
import type { StoreSchema } from '../schema.ts'
import { hasText } from '../text-search.ts'

/** Who did what, from where, with what result. */
export interface AuditEntry {
  readonly at: number
  readonly actor: string
  readonly role: Role | null
  readonly via: string
  readonly address: string
  readonly operation: string
  /** The plugin, account or session that it was about. */
  readonly target: string | null
  /** `ok` or the code of the error. */
  readonly result: string
  readonly detail: Readonly<Record<string, unknown>> | null
}

export interface AuditRow extends AuditEntry {
  readonly seq: number
  /** SHA-256 over the hash of the row before and this row. */
  readonly hash: string
}

export interface AuditFilter {
  /** Part of the actor, the target or the operation, in either case of letters. */
  readonly text?: string | undefined
  readonly target?: string | undefined
  readonly actor?: string | undefined
  readonly operation?: string | undefined
  /** Only rows before this one. */
  readonly before?: number | undefined
  readonly limit: number
}

const GENESIS = '0'.repeat(64)
const VERIFY_BATCH = 5_000

/** Append-only: each row's hash covers the one before, and triggers refuse to change or delete. */
export const audit = {
  append: write(async (db, entries: readonly AuditEntry[]) => {
    const last = await db.selectFrom('audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst()
    let { seq, hash } = last ?? { seq: 0, hash: GENESIS }
    for (const entry of entries) {
      seq += 1
      const row = { seq, ...entry, detail: entry.detail && JSON.stringify(entry.detail) }
      hash = chain(hash, row)
      await db
        .insertInto('audit')
        .values({ ...row, hash })
        .execute()
    }
  }),

  /** Newest first; one page. */
  list: read(async (db, { text, target, actor, operation, before, limit }: AuditFilter): Promise<AuditRow[]> => {
    let query = db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(limit)
    if (text !== undefined) {
      const columns = sql.join(
        ['actor', 'target', 'operation'].map((column) => hasText(column, text)),
        sql` or `,
      )
      query = query.where(sql<boolean>`(${columns})`)
    }
    if (target !== undefined) query = query.where('target', '=', target)
    if (actor !== undefined) query = query.where('actor', '=', actor)
    if (operation !== undefined) query = query.where('operation', '=', operation)
    if (before !== undefined) query = query.where('seq', '<', before)
    return await pageOf(query, (row) => ({
      ...row,
      role: row.role as Role | null,
      detail: row.detail === null ? null : (JSON.parse(row.detail) as Record<string, unknown>),
    }))
  }),

  verify: read(async (db) => await verifyAudit(db)),
}

export interface AuditVerdict {
  /** How many rows hold, from the first on. */
  readonly rows: number
  /** The first row that does not; null where all hold. */
  readonly brokenAt: number | null
  /** The hash of the last intact row. Anyone who stores it elsewhere can detect that rows are missing at the end. */
  readonly lastHash: string
}

async function verifyAudit(db: Db): Promise<AuditVerdict> {
  let hash = GENESIS
  let seq = 0
  for (;;) {
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(VERIFY_BATCH)
      .execute()
    for (const { hash: written, ...row } of rows) {
      // A row that is missing breaks the chain where it was.
      if (row.seq !== seq + 1 || chain(hash, row) !== written) return { rows: seq, brokenAt: seq + 1, lastHash: hash }
      hash = written
      seq = row.seq
    }
    if (rows.length < VERIFY_BATCH) return { rows: seq, brokenAt: null, lastHash: hash }
  }
}

function chain(previous: string, row: Omit<StoreSchema['audit'], 'hash'>): string {
  const { seq, at, actor, role, via, address, operation, target, result, detail } = row
  const text = JSON.stringify([seq, at, actor, role, via, address, operation, target, result, detail])
  return createHash('sha256').update(previous).update(text).digest('hex')
}
