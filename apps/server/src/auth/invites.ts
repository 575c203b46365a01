import { clock } from '@plugboard/core'
import type { Role } from '@plugboard/protocol/operations'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { RequestError } from '../errors/wire-problem.ts'
import type { Store } from '../store/store.ts'
import type { InviteRow } from '../store/tables/invites.ts'

/** The prefix says what it is, for a reader who finds one in a log. */
const PREFIX = 'pbi_'
const MAX_INVITES = 1_000

interface Invite extends InviteRow {
  /** Somebody makes an account with it in this moment. */
  isInUse: boolean
  isRevoked: boolean
}

interface InvitesOptions {
  readonly store: Store
  /** Whether that account or token may still let people in: an invite ends with whoever created it. */
  readonly isEntitled: (createdBy: string) => Promise<boolean>
}

/** Links that let somebody in once, each with a role and an end. Only their hashes are kept. */
export class Invites {
  readonly #store: Store
  readonly #isEntitled: InvitesOptions['isEntitled']
  /** By hash. */
  readonly #invites: Map<string, Invite>

  private constructor({ store, isEntitled }: InvitesOptions, rows: readonly InviteRow[]) {
    this.#store = store
    this.#isEntitled = isEntitled
    this.#invites = new Map(rows.map((row) => [row.hash, inviteOf(row)]))
  }

  /** @throws StoreError */
  static async open(options: InvitesOptions): Promise<Invites> {
    return new Invites(options, await options.store.invites.list())
  }

  /** Those that can still be used. */
  list(): InviteRow[] {
    return [...this.#invites.values()]
      .filter(({ expiresAt }) => expiresAt > clock.epoch())
      .map(({ isInUse: _isInUse, isRevoked: _isRevoked, ...row }) => row)
  }

  /**
   * @param options `createdBy`: the invite ends when that account or token is no admin any more
   * @returns the token of the link, which is never shown again
   * @throws RequestError `TOO_MANY`, `FORBIDDEN`; StoreError
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
    this.#invites.set(row.hash, inviteOf(row))
    // Whoever asks may have lost the role while it was stored.
    if (!(await this.#isEntitled(createdBy))) {
      await this.revoke(row.id)
      throw new RequestError('FORBIDDEN', 'the account or the token that asks is no admin any more')
    }
    return { token, row }
  }

  /** The invite of a link; null where it is unknown, used, revoked or over. */
  async find(token: string): Promise<InviteRow | null> {
    return await this.#find(token)
  }

  /**
   * Takes an invite, so that a second request with it comes too late, and runs `act` with it. Where that fails, the invite
   * can be used again.
   * @throws RequestError `INVITE_OVER`; the errors of `act`
   */
  async use<T>(token: string, act: (role: Role) => Promise<T>): Promise<T> {
    const invite = await this.#find(token)
    if (!invite || invite.isInUse) throw inviteOver()
    invite.isInUse = true
    const { isInUse: _isInUse, isRevoked: _isRevoked, ...row } = invite
    try {
      // Before the act: after a crash in between it is used up, and never works twice.
      await this.#store.invites.remove(row)
      const result = await act(row.role)
      this.#invites.delete(row.hash)
      return result
    } catch (thrown) {
      if (!invite.isRevoked) await this.#store.invites.add(row).catch(() => {})
      throw thrown
    } finally {
      invite.isInUse = false
    }
  }

  /** @throws RequestError `NOT_FOUND`; StoreError */
  async revoke(id: string): Promise<void> {
    const invite = [...this.#invites.values()].find((one) => one.id === id)
    if (!invite) throw new RequestError('NOT_FOUND', 'there is no such invite')
    // At once, also for somebody who makes an account with it in this moment and fails.
    invite.isRevoked = true
    this.#invites.delete(invite.hash)
    await this.#store.invites.remove(invite)
  }

  /** Revokes those of an actor that is no admin any more. @throws StoreError */
  async revokeOf(createdBy: string): Promise<void> {
    for (const row of this.#invites.values()) if (row.createdBy === createdBy) await this.revoke(row.id)
  }

  async #find(token: string): Promise<Invite | null> {
    const invite = this.#invites.get(hashOf(token))
    if (!invite || invite.expiresAt <= clock.epoch()) return null
    if (!(await this.#isEntitled(invite.createdBy))) return null
    return invite.isRevoked ? null : invite
  }

  async #sweep(): Promise<void> {
    const now = clock.epoch()
    for (const { id, expiresAt } of this.#invites.values()) if (expiresAt <= now) await this.revoke(id)
  }
}

function inviteOf(row: InviteRow): Invite {
  return { ...row, isInUse: false, isRevoked: false }
}

export function inviteOver(): RequestError {
  return new RequestError('INVITE_OVER', 'this invite was used or revoked, or its time is over')
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
