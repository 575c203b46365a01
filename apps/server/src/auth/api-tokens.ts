import { clock } from '@plugboard/core'
import type { Role } from '@plugboard/protocol/operations'
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { ApiTokenRow } from '../store/tables/api-tokens.ts'
import { RequestError } from '../errors/wire-problem.ts'
import type { Principal } from './principal.ts'

/** The prefix says what it is, for a reader who finds one in a log. */
const PREFIX = 'pbt_'
const USE_NOTED_EVERY_MS = 60_000

interface ApiTokensOptions {
  readonly store: Store
  readonly log: Logger
  /** An admin token of the environment, for automation. */
  readonly environmentToken: string | null
  /** A token is gone: what is connected with it must be looked at anew. */
  readonly onChange: (tokenId: string) => void
}

/** Bearer tokens for programs, each with a role and, if wanted, an end. Only their hashes are kept. */
export class ApiTokens {
  readonly #options: ApiTokensOptions
  readonly #environmentHash: Buffer | null
  readonly #uses: Outbox<{ readonly id: string; readonly at: number }>
  readonly #removals: Outbox<{ readonly id: string }>
  /** Tokens that are about to be stored. */
  readonly #making = new Set<{ readonly name: string; readonly createdBy: string; isRevoked: boolean }>()
  /** By hash. */
  #tokens = new Map<string, ApiTokenRow>()

  private constructor(options: ApiTokensOptions) {
    const { store, log, environmentToken } = options
    this.#options = options
    this.#environmentHash = environmentToken === null ? null : sha256(environmentToken)
    this.#uses = new Outbox({
      name: 'uses of tokens',
      among: store.outboxes,
      delayMs: 1_000,
      capacity: 1_000,
      log,
      write: (uses) => store.apiTokens.markUsed(uses),
    })
    this.#removals = new Outbox({
      name: 'revoked tokens',
      among: store.outboxes,
      delayMs: 0,
      capacity: 10_000,
      log,
      write: async (removals) => {
        for (const removal of removals) await store.apiTokens.remove(removal)
      },
    })
  }

  static async open(options: ApiTokensOptions): Promise<ApiTokens> {
    const tokens = new ApiTokens(options)
    const rows = await options.store.apiTokens.list()
    tokens.#tokens = new Map(rows.map((row) => [row.hash, row]))
    return tokens
  }

  /** The principal of a token; null where it is unknown or has expired. */
  principalOf(token: string): Principal | null {
    const hash = sha256(token)
    if (this.#environmentHash && timingSafeEqual(hash, this.#environmentHash)) {
      return { actor: ENVIRONMENT_ACTOR, role: 'admin', account: null, tokenId: null }
    }
    const row = this.#tokens.get(hash.toString('hex'))
    const now = clock.epoch()
    if (!row || (row.expiresAt !== null && row.expiresAt <= now)) return null
    if (now - (row.lastUsedAt ?? 0) >= USE_NOTED_EVERY_MS) {
      this.#tokens.set(row.hash, { ...row, lastUsedAt: now })
      this.#uses.push({ id: row.id, at: now })
    }
    return { actor: actorOf(row), role: row.role, account: null, tokenId: row.id }
  }

  /** Whether an actor is a token that is an admin now. */
  isAdmin(actor: string): boolean {
    if (actor === ENVIRONMENT_ACTOR) return this.#environmentHash !== null
    const now = clock.epoch()
    return this.list().some((row) => {
      return actorOf(row) === actor && row.role === 'admin' && (row.expiresAt === null || row.expiresAt > now)
    })
  }

  list(): ApiTokenRow[] {
    return [...this.#tokens.values()]
  }

  /**
   * Creates a token. One that was created with a token ends with that token.
   * @returns the token itself, which is never shown again
   * @throws RequestError `TOKEN_EXISTS`, `INPUT_INVALID` for an end that is over, or later than that of the creating token;
   * StoreError
   */
  async create(
    { name, role, expiresAt }: { readonly name: string; readonly role: Role; readonly expiresAt: number | null },
    { actor, tokenId }: Pick<Principal, 'actor' | 'tokenId'>,
  ): Promise<{ token: string; row: ApiTokenRow }> {
    // It may have been revoked after the request was accepted.
    if (tokenId !== null && !this.list().some((row) => row.id === tokenId)) throw creatorGone()
    if ([...this.#making].some((one) => one.name === name) || this.list().some((row) => row.name === name)) {
      throw new RequestError('TOKEN_EXISTS', `there is a token ${name} already`)
    }
    if (expiresAt !== null && expiresAt <= clock.epoch()) {
      throw new RequestError('INPUT_INVALID', 'expiresAt is in the past')
    }
    const latest = this.list().find((row) => row.id === tokenId)?.expiresAt ?? Infinity
    if ((expiresAt ?? Infinity) > latest) {
      const end = new Date(latest).toISOString()
      throw new RequestError('INPUT_INVALID', `expiresAt is later than ${end}, the end of the token that asks`)
    }
    const token = PREFIX + randomBytes(32).toString('base64url')
    const hash = sha256(token).toString('hex')
    const createdAt = clock.epoch()
    const row = { id: randomUUID(), name, role, hash, createdAt, createdBy: actor, expiresAt, lastUsedAt: null }
    const making = { name, createdBy: actor, isRevoked: false }
    this.#making.add(making)
    await this.#options.store.apiTokens.add(row).finally(() => this.#making.delete(making))
    this.#tokens.set(hash, row)
    if (making.isRevoked) {
      await this.revoke(row.id)
      throw creatorGone()
    }
    return { token, row }
  }

  /** Revokes a token, and the tokens that were created with it. @throws RequestError `NOT_FOUND`; StoreError */
  async revoke(id: string): Promise<void> {
    const row = this.list().find((one) => one.id === id)
    if (!row) throw new RequestError('NOT_FOUND', 'there is no such token')
    // At once, also while the store cannot write: then the error is told, and the removal is tried again.
    this.#tokens.delete(row.hash)
    this.#options.onChange(id)
    this.#removals.push({ id })
    const written = this.#removals.flush()
    written.catch(() => {})
    await this.revokeOf(actorOf(row))
    await written
  }

  /**
   * Revokes the tokens of an actor that may not create tokens any more, and those that were created with them.
   * @throws StoreError
   */
  async revokeOf(createdBy: string): Promise<void> {
    for (const one of this.#making) if (one.createdBy === createdBy) one.isRevoked = true
    for (const { id } of this.list().filter((row) => row.createdBy === createdBy)) {
      // The revocation of a token before it in this list may have revoked this one.
      if (this.list().some((row) => row.id === id)) await this.revoke(id)
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#uses.close(), this.#removals.close()])
  }
}

function creatorGone(): RequestError {
  return new RequestError('UNAUTHENTICATED', 'the account or the token that asks is no admin any more')
}

const ENVIRONMENT_ACTOR = 'PLUGBOARD_API_TOKEN'
const TOKEN_ACTOR = 'token '

/** How a token is named as the author of what it does. */
export function actorOf({ name }: Pick<ApiTokenRow, 'name'>): string {
  return TOKEN_ACTOR + name
}

/** Whether an actor is a token that was created here. An account is named by its email, which has no blank. */
export function isToken(actor: string): boolean {
  return actor.startsWith(TOKEN_ACTOR)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
