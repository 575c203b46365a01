import { clock } from '@plugboard/core'
import type { Role } from '@plugboard/protocol/operations'
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ACCOUNTS_FILE } from '../store/files.ts'
import { StoreError } from '../store/store-error.ts'
import { RequestError } from '../errors/wire-problem.ts'
import { ADDRESS_HEADER, createAuth, type AuthOptions } from './create-auth.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'
import type { Principal } from './principal.ts'

const MAX_SIGNING_IN = 16

export interface Account {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly disabled: boolean
  /** Epoch milliseconds. */
  readonly createdAt: number
}

export interface AccountSession {
  readonly id: string
  readonly accountId: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly address: string | null
  readonly userAgent: string | null
}

export interface NewAccount {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly role: Role
}

/** A sign-in that worked, with the cookies that prove it from now on. */
export interface SignedIn {
  readonly principal: Principal
  readonly cookies: readonly string[]
}

interface AccountsOptions extends Omit<AuthOptions, 'cookieId'> {
  readonly dataDir: string
  /** Called when sessions of an account have changed, so that the connections of that account are checked again. */
  readonly onChange: (accountId: string) => void
}

type StoredUser = {
  id: string
  name: string
  email: string
  role?: unknown
  disabled?: unknown
  createdAt: Date
}

/**
 * Accounts and their sessions. better-auth keeps passwords, sessions and cookies, in a file of its own; none of its
 * routes is served, so that everything passes our own operations and their audit.
 */
export class Accounts implements Disposable {
  readonly #sqlite: DatabaseSync
  readonly #auth: ReturnType<typeof createAuth>
  readonly #onChange: AccountsOptions['onChange']
  #last: Promise<unknown> = Promise.resolve()
  #signingIn = 0

  private constructor(sqlite: DatabaseSync, options: AccountsOptions) {
    this.#sqlite = sqlite
    const cookieId = createHash('sha256').update(resolve(options.dataDir)).digest('hex').slice(0, 8)
    this.#auth = createAuth(sqlite, { ...options, cookieId })
    this.#onChange = options.onChange
  }

  static async open(options: AccountsOptions): Promise<Accounts> {
    const sqlite = new DatabaseSync(join(options.dataDir, ACCOUNTS_FILE), {
      enableForeignKeyConstraints: true,
      // Only a backup reads it beside us, and that for moments: the thread of the host does not wait for other readers.
      timeout: 50,
    })
    sqlite.exec('pragma journal_mode = wal; pragma synchronous = full')
    const accounts = new Accounts(sqlite, options)
    await (await accounts.#auth.$context).runMigrations()
    // Delete users without a password: their creation was interrupted, and they would suppress the set-up link.
    sqlite.exec('delete from user where id not in (select userId from account)')
    return accounts
  }

  /** The principal of a cookie; null where the cookie is not valid. */
  async principalOf({ cookie }: IncomingHttpHeaders): Promise<Principal | null> {
    if (cookie === undefined) return null
    const found = await this.#auth.api.getSession({
      headers: new Headers({ cookie }),
      query: { disableRefresh: true },
    })
    return found && principalOf(found.user, found.session.id)
  }

  /** Like `principalOf`, but may extend the session. Returns the cookies to set. */
  async refresh({ cookie }: IncomingHttpHeaders): Promise<SignedIn | null> {
    if (cookie === undefined) return null
    const response = await this.#auth.api.getSession({ headers: new Headers({ cookie }), asResponse: true })
    const found = (await response.json()) as { user: StoredUser; session: { id: string } } | null
    const principal = found && principalOf(found.user, found.session.id)
    return principal && { principal, cookies: response.headers.getSetCookie() }
  }

  /** A new session, whatever cookie the browser came with. @throws RequestError `BAD_CREDENTIALS`, the same for an unknown account */
  async signIn(
    { email, password }: { readonly email: string; readonly password: string },
    { address, userAgent }: { readonly address: string; readonly userAgent: string },
  ): Promise<SignedIn> {
    // Each takes 19 MiB and a processor for a moment: a crowd waits outside.
    if (this.#signingIn >= MAX_SIGNING_IN) {
      throw new RequestError('RATE_LIMITED', 'too many sign in at this moment', { retryAfterSeconds: 1 })
    }
    this.#signingIn += 1
    const headers = new Headers({ [ADDRESS_HEADER]: address, 'user-agent': userAgent })
    const response = await this.#auth.api
      .signInEmail({ body: { email, password }, headers, asResponse: true })
      .finally(() => (this.#signingIn -= 1))
    if (response.status >= 500) throw new StoreError('io')
    const cookies = response.headers.getSetCookie()
    const cookie = cookies.map((one) => one.split(';')[0]).join('; ')
    const principal = response.ok ? await this.principalOf({ cookie }) : null
    if (principal) return { principal, cookies }
    throw new RequestError('BAD_CREDENTIALS', 'the address or the password is wrong, or the account is disabled')
  }

  /** @returns the cookies that take the session out of the browser */
  async signOut({ cookie = '' }: IncomingHttpHeaders): Promise<readonly string[]> {
    const principal = await this.principalOf({ cookie })
    const response = await this.#auth.api.signOut({ headers: new Headers({ cookie }), asResponse: true })
    if (principal?.account) this.#onChange(principal.account.id)
    return response.headers.getSetCookie()
  }

  async has(email: string): Promise<boolean> {
    return Boolean(await (await this.#adapter()).findUserByEmail(email.toLowerCase()))
  }

  async list(): Promise<Account[]> {
    const users = (await (await this.#adapter()).listUsers(10_000, 0)) as StoredUser[]
    return users.map(accountOf).sort((a, b) => a.createdAt - b.createdAt)
  }

  /** @throws RequestError `ACCOUNT_EXISTS` */
  async create(account: NewAccount): Promise<Account> {
    return await this.#alone(() => this.#create(account))
  }

  async #create({ name, email, password, role }: NewAccount): Promise<Account> {
    const adapter = await this.#adapter()
    if (await adapter.findUserByEmail(email.toLowerCase())) {
      throw new RequestError('ACCOUNT_EXISTS', `there is an account ${email} already`)
    }
    const hash = await hashPassword(password)
    const fields = { name, email, role, disabled: false, emailVerified: false }
    const user: StoredUser = await adapter.createUser(fields, { method: 'email' })
    await adapter.linkAccount({ userId: user.id, providerId: 'credential', accountId: user.id, password: hash })
    return accountOf(user)
  }

  /** @throws RequestError `NOT_FOUND`, `LAST_ADMIN` */
  async setRole(id: string, role: Role): Promise<Account> {
    return await this.#alone(() => this.#setRole(id, role))
  }

  async #setRole(id: string, role: Role): Promise<Account> {
    const account = await this.#find(id)
    if (role !== 'admin') await this.#checkOtherAdmin(account)
    return await this.#update(id, { role })
  }

  /** A disabled account is signed out everywhere. @throws RequestError `NOT_FOUND`, `LAST_ADMIN` */
  async setDisabled(id: string, disabled: boolean): Promise<Account> {
    return await this.#alone(() => this.#setDisabled(id, disabled))
  }

  async #setDisabled(id: string, disabled: boolean): Promise<Account> {
    const account = await this.#find(id)
    if (disabled) {
      await this.#checkOtherAdmin(account)
      await (await this.#adapter()).deleteUserSessions(id)
    }
    return await this.#update(id, { disabled })
  }

  /** Signs the account out everywhere. @throws RequestError `NOT_FOUND` */
  async setPassword(id: string, password: string): Promise<void> {
    await this.#find(id)
    const adapter = await this.#adapter()
    await adapter.updatePassword(id, await hashPassword(password))
    await adapter.deleteUserSessions(id)
    this.#onChange(id)
  }

  /** All sessions of the account end, also the one that asks: another person may have a copy of its cookie. @throws RequestError `BAD_CREDENTIALS` */
  async changePassword(
    id: string,
    { current, next }: { readonly current: string; readonly next: string },
  ): Promise<void> {
    const adapter = await this.#adapter()
    const credential = await adapter.findCredentialAccount(id)
    const hash = credential?.password ?? ''
    if (!(await verifyPassword({ hash, password: current }))) {
      throw new RequestError('BAD_CREDENTIALS', 'the current password is wrong')
    }
    await this.setPassword(id, next)
  }

  /** @throws RequestError `NOT_FOUND`, `LAST_ADMIN` */
  async remove(id: string): Promise<void> {
    await this.#alone(() => this.#remove(id))
  }

  async #remove(id: string): Promise<void> {
    await this.#checkOtherAdmin(await this.#find(id))
    const adapter = await this.#adapter()
    await adapter.deleteUserSessions(id)
    await adapter.deleteAccounts(id)
    await adapter.deleteUser(id)
    this.#onChange(id)
  }

  async sessions(accountId: string): Promise<AccountSession[]> {
    const sessions = await (await this.#adapter()).listSessions(accountId)
    return sessions
      .map(({ id, createdAt, expiresAt, ipAddress, userAgent }) => ({
        id,
        accountId,
        createdAt: createdAt.getTime(),
        expiresAt: expiresAt.getTime(),
        address: ipAddress ?? null,
        userAgent: userAgent ?? null,
      }))
      .filter(({ expiresAt }) => expiresAt > clock.epoch())
  }

  /** @throws RequestError `NOT_FOUND` */
  async revokeSession(accountId: string, sessionId: string): Promise<void> {
    const adapter = await this.#adapter()
    const session = (await adapter.listSessions(accountId)).find(({ id }) => id === sessionId)
    if (!session) throw new RequestError('NOT_FOUND', 'there is no such session')
    await adapter.deleteSession(session.token)
    this.#onChange(accountId)
  }

  [Symbol.dispose](): void {
    this.#sqlite.close()
  }

  /** Runs changes one at a time: two concurrent changes could otherwise remove the last two admins. */
  async #alone<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#last.then(change)
    this.#last = result.catch(() => {})
    return await result
  }

  async #find(id: string): Promise<Account> {
    const user = (await (await this.#adapter()).findUserById(id)) as StoredUser | null
    if (user) return accountOf(user)
    throw new RequestError('NOT_FOUND', 'there is no such account')
  }

  async #update(id: string, change: { readonly role?: Role; readonly disabled?: boolean }): Promise<Account> {
    const user = (await (await this.#adapter()).updateUser(id, change)) as StoredUser
    this.#onChange(id)
    return accountOf(user)
  }

  /** An admin must be left who can add other people. */
  async #checkOtherAdmin({ id, role, disabled }: Account): Promise<void> {
    if (role !== 'admin' || disabled) return
    const others = (await this.list()).filter((one) => one.role === 'admin' && !one.disabled && one.id !== id)
    if (others.length === 0) throw new RequestError('LAST_ADMIN', 'this is the last account with the role admin')
  }

  async #adapter(): Promise<Awaited<ReturnType<typeof createAuth>['$context']>['internalAdapter']> {
    return (await this.#auth.$context).internalAdapter
  }
}

function principalOf({ id, email, role, disabled }: StoredUser, sessionId: string): Principal | null {
  if (disabled) return null
  return { actor: email, role: roleOf(role), account: { id, sessionId }, tokenId: null }
}

function accountOf({ id, name, email, role, disabled, createdAt }: StoredUser): Account {
  return { id, name, email, role: roleOf(role), disabled: Boolean(disabled), createdAt: createdAt.getTime() }
}

function roleOf(role: unknown): Role {
  return role === 'admin' || role === 'operator' ? role : 'viewer'
}
