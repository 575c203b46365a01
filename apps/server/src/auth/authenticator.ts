import { clock } from '@plugboard/core'
import type { Listeners } from '@plugboard/core'
import type { Dispose } from '@plugboard/plugin-sdk'
import type { Role } from '@plugboard/protocol/operations'
import type { IncomingHttpHeaders } from 'node:http'
import { RequestError } from '../errors/wire-problem.ts'
import type { Accounts } from './accounts.ts'
import type { ApiTokens } from './api-tokens.ts'
import { BackOff } from './back-off.ts'
import type { Invites } from './invites.ts'
import type { LastSeen } from './last-seen.ts'
import type { Principal } from './principal.ts'

/** Whether a principal is concerned by a change of an account or a token. */
export type Concern = (principal: Principal) => boolean

interface AuthenticatorOptions {
  readonly changes: Listeners<Concern>
  readonly accounts: Accounts
  readonly tokens: ApiTokens
  readonly invites: Invites
  readonly lastSeen: LastSeen
  /** Stores in the audit that a caller without a principal was refused. */
  readonly onRefused: (address: string, code: string) => void
}

/** Finds the principal of a request: by its bearer token, else by the cookie of a session. */
export class Authenticator {
  readonly accounts: Accounts
  readonly tokens: ApiTokens
  readonly invites: Invites
  readonly lastSeen: LastSeen
  /** Wrong passwords and wrong tokens, by address. */
  readonly backOff = new BackOff()
  /**
   * Wrong passwords for one account, from all addresses. The limit is higher here, so that a stranger cannot lock out
   * the owner.
   */
  readonly accountBackOff = new BackOff({ freeTries: 50 })
  /** Stores in the audit that a caller without a principal was refused. */
  readonly refused: AuthenticatorOptions['onRefused']

  readonly #changes: Listeners<Concern>

  constructor({ accounts, tokens, invites, lastSeen, changes, onRefused }: AuthenticatorOptions) {
    this.#changes = changes
    this.refused = onRefused
    this.accounts = accounts
    this.tokens = tokens
    this.invites = invites
    this.lastSeen = lastSeen
  }

  /** An account or a token was taken away, or has changed: connections that it concerns must be looked at anew. */
  onDidChange(listener: (concerns: Concern) => void): Dispose {
    return this.#changes.add(listener)
  }

  /**
   * @param token of a socket that cannot send headers
   * @throws RequestError `UNAUTHENTICATED`, and `RATE_LIMITED` where this address has guessed too often
   */
  async identify(headers: IncomingHttpHeaders, address: string, token?: string): Promise<Principal> {
    const principal = await this.find(headers, token)
    if (principal) return principal
    if (bearerOf(headers, token) === undefined) {
      throw new RequestError('UNAUTHENTICATED', 'sign in, or send a bearer token')
    }
    // A valid token never waits: tokens cannot be guessed, and others may share the address.
    this.refused(address, 'UNAUTHENTICATED')
    this.beginTry(`token ${address}`)
    throw new RequestError('UNAUTHENTICATED', 'the token is unknown or has expired')
  }

  /** The current principal; null: none. This does not count as a try. */
  async find(headers: IncomingHttpHeaders, token?: string): Promise<Principal | null> {
    const bearer = bearerOf(headers, token)
    const principal = bearer === undefined ? await this.accounts.principalOf(headers) : this.tokens.principalOf(bearer)
    if (principal?.account) this.lastSeen.mark(principal.account.id)
    return principal
  }

  /** The current role of a principal; null: it has no rights any more. */
  async currentRole({ account, tokenId, role }: Principal): Promise<Role | null> {
    if (account) {
      const known = (await this.accounts.list()).find(({ id }) => id === account.id)
      const isIn = (await this.accounts.sessions(account.id)).some(({ id }) => id === account.sessionId)
      return known && !known.disabled && isIn ? known.role : null
    }
    if (tokenId === null) return role
    const token = this.tokens.list().find(({ id }) => id === tokenId)
    return token && (token.expiresAt === null || token.expiresAt > clock.epoch()) ? token.role : null
  }

  /**
   * Begins an attempt. It counts as failed until `succeed` or `forgive` is called, so parallel attempts do not bypass
   * the wait.
   * @throws RequestError `RATE_LIMITED` with `retryAfterSeconds`
   */
  beginTry(key: string, account?: string): void {
    this.#checkWait(this.backOff.waitMs(key))
    if (account !== undefined) this.#checkWait(this.accountBackOff.waitMs(account))
    this.backOff.fail(key)
    if (account !== undefined) this.accountBackOff.fail(account)
  }

  /** Takes a try back: it could not be checked. */
  forgiveTry(key: string, account: string): void {
    this.backOff.forgive(key)
    this.accountBackOff.forgive(account)
  }

  #checkWait(waitMs: number): void {
    if (waitMs <= 0) return
    const retryAfterSeconds = Math.ceil(waitMs / 1_000)
    throw new RequestError('RATE_LIMITED', `too many failed attempts: wait ${retryAfterSeconds} s`, {
      retryAfterSeconds,
    })
  }
}

function bearerOf({ authorization = '' }: IncomingHttpHeaders, token: string | undefined): string | undefined {
  return token ?? /^Bearer (\S+)$/i.exec(authorization)?.[1]
}
