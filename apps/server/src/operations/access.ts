import { clock } from '@plugboard/core'
import type { AccountView } from '@plugboard/protocol'
import type { Account } from '../auth/accounts.ts'
import { actorOf, isToken } from '../auth/api-tokens.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import { RequestError } from '../errors/wire-problem.ts'
import { apiTokenView, callerView, inviteView } from '../views/access.ts'
import type { Caller } from './caller.ts'
import type { Handlers } from './handler.ts'

const HOUR_MS = 3_600_000

interface AccessServices {
  /** This host's name. */
  readonly node: string
  readonly access: Authenticator
}

export function accessHandlers({
  node,
  access,
}: AccessServices): Handlers<
  | 'session.get'
  | 'session.changePassword'
  | 'sessions.list'
  | 'sessions.revoke'
  | 'accounts.list'
  | 'accounts.create'
  | 'accounts.setRole'
  | 'accounts.setDisabled'
  | 'accounts.setPassword'
  | 'accounts.remove'
  | 'invites.list'
  | 'invites.create'
  | 'invites.revoke'
  | 'tokens.list'
  | 'tokens.create'
  | 'tokens.revoke'
> {
  const { accounts, tokens, invites, lastSeen } = access
  /** Invites end with the token that created them. */
  const endInvites = async (): Promise<void> => {
    const actors = new Set(tokens.list().map(actorOf))
    for (const { createdBy } of invites.list())
      if (isToken(createdBy) && !actors.has(createdBy)) await invites.revokeOf(createdBy)
  }
  /** What an account made while it was an admin ends. */
  const endOf = async (actor: string): Promise<void> => {
    await invites.revokeOf(actor)
    await tokens.revokeOf(actor)
    await endInvites()
  }
  const viewOf = (account: Account): AccountView => ({ ...account, lastSeenAt: lastSeen.of(account.id) })
  return {
    'session.get': (_input, { caller }) => callerView(caller, node),
    'session.changePassword': async ({ current, next }, { caller }) => {
      const account = ownAccount(caller)
      const key = `password ${account.id}`
      access.beginTry(key)
      await access.accounts.changePassword(account.id, { current, next })
      access.backOff.succeed(key)
      return null
    },
    'sessions.list': async ({ account }, { caller }) => {
      const sessions = await accounts.sessions(accountOf(account, caller))
      return sessions.map((session) => ({ ...session, isCurrent: session.id === caller.account?.sessionId }))
    },
    'sessions.revoke': async ({ id, account }, { caller }) => {
      await accounts.revokeSession(accountOf(account, caller), id)
      return null
    },
    'accounts.list': async () => (await accounts.list()).map(viewOf),
    'accounts.create': async (account) => viewOf(await accounts.create(account)),
    'accounts.setRole': async ({ id, role }) => {
      const account = await accounts.setRole(id, role)
      if (role !== 'admin') await endOf(account.email)
      return viewOf(account)
    },
    'accounts.setDisabled': async ({ id, disabled }) => {
      const account = await accounts.setDisabled(id, disabled)
      if (disabled) await endOf(account.email)
      return viewOf(account)
    },
    'accounts.setPassword': async ({ id, password }) => {
      await accounts.setPassword(id, password)
      return null
    },
    'accounts.remove': async ({ id }) => {
      const account = (await accounts.list()).find((one) => one.id === id)
      await accounts.remove(id)
      if (account) await endOf(account.email)
      await lastSeen.forget(id)
      return null
    },
    'invites.list': () => invites.list().map(inviteView),
    'invites.create': async ({ role, hours }, { caller }) => {
      const latest = tokens.list().find((token) => token.id === caller.tokenId)?.expiresAt ?? Infinity
      const expiresAt = Math.min(clock.epoch() + hours * HOUR_MS, latest)
      const { token, row } = await invites.create({ role, expiresAt, createdBy: caller.actor })
      return { token, view: inviteView(row) }
    },
    'invites.revoke': async ({ id }) => {
      await invites.revoke(id)
      return null
    },
    'tokens.list': () => tokens.list().map(apiTokenView),
    'tokens.create': async ({ name, role, expiresAt }, { caller }) => {
      const { token, row } = await tokens.create({ name, role, expiresAt: expiresAt ?? null }, caller)
      // Its account may have lost the role while the token was stored.
      const creator = caller.account && (await accounts.list()).find(({ id }) => id === caller.account?.id)
      if (caller.account && (creator?.role !== 'admin' || creator.disabled)) {
        await tokens.revoke(row.id)
        throw new RequestError('FORBIDDEN', 'the account that asks is no admin any more')
      }
      return { token, view: apiTokenView(row) }
    },
    'tokens.revoke': async ({ id }) => {
      await tokens.revoke(id)
      await endInvites()
      return null
    },
  }
}

/** Anybody may look after their own sessions; those of others take the role admin. */
function accountOf(wanted: string | undefined, caller: Caller): string {
  if (wanted === undefined) return ownAccount(caller).id
  if (wanted === caller.account?.id || caller.role === 'admin') return wanted
  throw new RequestError('FORBIDDEN', 'the sessions of another account need the role admin')
}

function ownAccount({ account }: Caller): { readonly id: string; readonly sessionId: string } {
  if (account) return account
  throw new RequestError('FORBIDDEN', 'a token has no account: name an account')
}
