import { RequestError } from '../wire-problem.ts'
import { apiTokenView, callerView } from '../views.ts'
import type { Caller } from './caller.ts'
import type { Handlers } from './handler.ts'

export const accessHandlers: Handlers<
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
  | 'tokens.list'
  | 'tokens.create'
  | 'tokens.revoke'
> = {
  'session.get': (_input, { caller }) => callerView(caller),
  'session.changePassword': async ({ current, next }, { access, caller }) => {
    const account = ownAccount(caller)
    const key = `password ${account.id}`
    access.beginTry(key)
    await access.accounts.changePassword(account.id, { current, next })
    access.backOff.succeed(key)
    return null
  },
  'sessions.list': async ({ account }, { access: { accounts }, caller }) => {
    const sessions = await accounts.sessions(accountOf(account, caller))
    return sessions.map((session) => ({ ...session, isCurrent: session.id === caller.account?.sessionId }))
  },
  'sessions.revoke': async ({ id, account }, { access: { accounts }, caller }) => {
    await accounts.revokeSession(accountOf(account, caller), id)
    return null
  },
  'accounts.list': async (_input, { access: { accounts } }) => await accounts.list(),
  'accounts.create': async (account, { access: { accounts } }) => await accounts.create(account),
  'accounts.setRole': async ({ id, role }, { access: { accounts, tokens } }) => {
    const account = await accounts.setRole(id, role)
    if (role !== 'admin') await tokens.revokeOf(account.email)
    return account
  },
  'accounts.setDisabled': async ({ id, disabled }, { access: { accounts, tokens } }) => {
    const account = await accounts.setDisabled(id, disabled)
    if (disabled) await tokens.revokeOf(account.email)
    return account
  },
  'accounts.setPassword': async ({ id, password }, { access: { accounts } }) => {
    await accounts.setPassword(id, password)
    return null
  },
  'accounts.remove': async ({ id }, { access: { accounts, tokens } }) => {
    const account = (await accounts.list()).find((one) => one.id === id)
    await accounts.remove(id)
    if (account) await tokens.revokeOf(account.email)
    return null
  },
  'tokens.list': (_input, { access: { tokens } }) => tokens.list().map(apiTokenView),
  'tokens.create': async ({ name, role, expiresAt }, { access: { tokens }, caller: { actor } }) => {
    const { token, row } = await tokens.create({ name, role, expiresAt: expiresAt ?? null }, actor)
    return { token, view: apiTokenView(row) }
  },
  'tokens.revoke': async ({ id }, { access: { tokens } }) => {
    await tokens.revoke(id)
    return null
  },
}

/** Anybody may look after their own sessions; those of others take the role admin. */
function accountOf(wanted: string | undefined, caller: Caller): string {
  if (wanted === undefined) return ownAccount(caller).id
  if (wanted === caller.account?.id || caller.role === 'admin') return wanted
  throw new RequestError('FORBIDDEN', 'the sessions of another account take the role admin')
}

function ownAccount({ account }: Caller): { readonly id: string; readonly sessionId: string } {
  if (account) return account
  throw new RequestError('FORBIDDEN', 'a token has no account: name one')
}
