import { clock } from '@plugboard/core'
import type { Role } from '@plugboard/protocol/operations'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { RequestError } from '../errors/wire-problem.ts'
import type { Store } from '../store/store.ts'
import type { InviteRow } from '../store/tables/invites.ts'

/** The prefix says what it is, for a reader who finds one in a log. */
const PREFIX = 'pbi_'
const MAX_INVITES = 1_000

/** Links that let somebody in once, each with a role and an end. Only their hashes are kept. */
export class Invites {
  readonly #store: Store
  /** By hash. */
  readonly #invites: Map<string, InviteRow>

  private constructor(store: Store, rows: readonly InviteRow[]) {
    this.#store = store
    this.#invites = new Map(rows.map((row) => [row.hash, row]))
  }

  /** @throws StoreError */
  static async open(store: Store): Promise<Invites> {
    return new Invites(store, await store.invites.list())
  }

  /** Those that can still be used. */
  list(): InviteRow[] {
    return [...this.#invites.values()].filter(({ expiresAt }) => expiresAt > clock.epoch())
  }

  /**
   * @param options `createdBy`: the invite ends when that account or token is no admin any more
   * @returns the token of the link, which is never shown again
   * @throws RequestError `TOO_MANY`; StoreError
   */
  async create({ role, expiresAt, createdBy }: Pick<InviteRow, 'role' | 'expiresAt' | 'createdBy'>): Promise<{
    readonly token: string
    readonly row: InviteRow
  }> {
    await this.#sweep()
    if (this.#invites.size >= MAX_INVITES) {
      throw new RequestError('TOO_MANY', `there are ${MAX_INVITES} invites: revoke some`, { limit: MAX_INVITES })
    }
    const token = PREFIX + randomBytes(32).toString('base64url')
    const row = { id: randomUUID(), role, hash: hashOf(token), createdAt: clock.epoch(), createdBy, expiresAt }
    await this.#store.invites.add(row)
    this.#invites.set(row.hash, row)
    return { token, row }
  }

  /** The invite of a link; null where it is unknown, used, revoked or over. */
  find(token: string): InviteRow | null {
    const row = this.#invites.get(hashOf(token))
    return row && row.expiresAt > clock.epoch() ? row : null
  }

  /**
   * Takes an invite, so that a second request with it comes too late, and runs `act` with it. Where that fails, the invite
   * can be used again.
   * @throws RequestError `INVITE_OVER`; the errors of `act`
   */
  async use<T>(token: string, act: (role: Role) => Promise<T>): Promise<T> {
    const row = this.find(token)
    if (!row) throw new RequestError('INVITE_OVER', 'this invite was used or revoked, or its time is over')
    this.#invites.delete(row.hash)
    try {
      // Before the act: after a crash in between it is used up, and never works twice.
      await this.#store.invites.remove(row)
      return await act(row.role)
    } catch (thrown) {
      await this.#store.invites.add(row).catch(() => {})
      this.#invites.set(row.hash, row)
      throw thrown
    }
  }

  /** @throws RequestError `NOT_FOUND`; StoreError */
  async revoke(id: string): Promise<void> {
    const row = [...this.#invites.values()].find((one) => one.id === id)
    if (!row) throw new RequestError('NOT_FOUND', 'there is no such invite')
    await this.#store.invites.remove(row)
    this.#invites.delete(row.hash)
  }

  /** Revokes those of an actor that is no admin any more. @throws StoreError */
  async revokeOf(createdBy: string): Promise<void> {
    for (const row of this.#invites.values()) if (row.createdBy === createdBy) await this.revoke(row.id)
  }

  async #sweep(): Promise<void> {
    const now = clock.epoch()
    for (const { id, expiresAt } of this.#invites.values()) if (expiresAt <= now) await this.revoke(id)
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
