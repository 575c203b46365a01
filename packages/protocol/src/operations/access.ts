import { z } from 'zod'
import { accountView, apiTokenView, callerView, inviteView, role, sessionView } from '../access-view.ts'
import { moment } from './input.ts'
import { operation } from './operation.ts'

const MAX_INVITE_HOURS = 30 * 24

const id = z.string().min(1).max(128)
export const email = z.email().max(254)
/** Long enough that nobody needs to be told to add a digit. */
export const newPassword = z.string().min(12).max(256)
/** Of an account or a token. Controls would hide, or turn around, what stands beside it. */
export const accountName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .refine(
    (name) => !/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u.test(name),
    'must not contain control characters',
  )

/** Accounts with their roles, and sessions. */
export const accessOperations = {
  'session.get': operation({
    role: 'viewer',
    audit: false,
    summary: 'The caller, and the operations that the caller may use',
    input: z.strictObject({}),
    output: callerView,
    rest: { method: 'GET', path: '/session' },
  }),
  'session.changePassword': operation({
    role: 'viewer',
    audit: { fields: [] },
    summary: 'Sets your own password; all your sessions end, the current one included',
    input: z.strictObject({ current: z.string().min(1).max(256), next: newPassword }),
    output: z.null(),
    rest: { method: 'PUT', path: '/session/password', status: 204 },
  }),
  'sessions.list': operation({
    role: 'viewer',
    audit: false,
    summary: 'Your sessions, or those of an account (needs the role admin)',
    input: z.strictObject({ account: id.optional() }),
    output: z.array(sessionView),
    rest: { method: 'GET', path: '/sessions' },
  }),
  'sessions.revoke': operation({
    role: 'viewer',
    audit: { fields: ['account'] },
    summary: 'Ends one of your sessions, or one of an account (needs the role admin)',
    input: z.strictObject({ id, account: id.optional() }),
    output: z.null(),
    rest: { method: 'DELETE', path: '/sessions/{id}', status: 204 },
  }),
  'accounts.list': operation({
    role: 'admin',
    audit: false,
    summary: 'The accounts',
    input: z.strictObject({}),
    output: z.array(accountView),
    rest: { method: 'GET', path: '/accounts' },
  }),
  'accounts.create': operation({
    role: 'admin',
    audit: { fields: ['email', 'role'] },
    summary: 'Creates an account',
    input: z.strictObject({ name: accountName, email, password: newPassword, role }),
    output: accountView,
    rest: { method: 'POST', path: '/accounts', status: 201 },
  }),
  'accounts.setRole': operation({
    role: 'admin',
    audit: { fields: ['role'] },
    summary: 'Sets the role of an account; if it is no longer admin, its tokens end',
    input: z.strictObject({ id, role }),
    output: accountView,
    rest: { method: 'PUT', path: '/accounts/{id}/role' },
  }),
  'accounts.setDisabled': operation({
    role: 'admin',
    audit: { fields: ['disabled'] },
    summary: 'Suspends an account, or reinstates it; when it is suspended, its sessions and its tokens end',
    input: z.strictObject({ id, disabled: z.boolean() }),
    output: accountView,
    rest: { method: 'PUT', path: '/accounts/{id}/disabled' },
  }),
  'accounts.setPassword': operation({
    role: 'admin',
    audit: { fields: [] },
    summary: 'Sets the password of an account; its sessions end',
    input: z.strictObject({ id, password: newPassword }),
    output: z.null(),
    rest: { method: 'PUT', path: '/accounts/{id}/password', status: 204 },
  }),
  'accounts.remove': operation({
    role: 'admin',
    audit: { fields: [] },
    summary: 'Removes an account; its sessions and its tokens end',
    input: z.strictObject({ id }),
    output: z.null(),
    rest: { method: 'DELETE', path: '/accounts/{id}', status: 204 },
  }),
  'invites.list': operation({
    role: 'admin',
    audit: false,
    summary: 'The invites that can still be used, without their links',
    input: z.strictObject({}),
    output: z.array(inviteView),
    rest: { method: 'GET', path: '/invites' },
  }),
  'invites.create': operation({
    role: 'admin',
    audit: { fields: ['role', 'hours'] },
    summary:
      'Creates an invite: whoever opens `/join#token=…` makes an account with this role, once. The answer shows its token once',
    input: z.strictObject({ role, hours: z.number().int().min(1).max(MAX_INVITE_HOURS) }),
    output: z.object({ token: z.string(), view: inviteView }),
    showsOnce: true,
    rest: { method: 'POST', path: '/invites', status: 201 },
  }),
  'invites.revoke': operation({
    role: 'admin',
    audit: { fields: [] },
    summary: 'Revokes an invite',
    input: z.strictObject({ id }),
    output: z.null(),
    rest: { method: 'DELETE', path: '/invites/{id}', status: 204 },
  }),
  'tokens.list': operation({
    role: 'admin',
    audit: false,
    summary: 'The API tokens, without the tokens themselves',
    input: z.strictObject({}),
    output: z.array(apiTokenView),
    rest: { method: 'GET', path: '/tokens' },
  }),
  'tokens.create': operation({
    role: 'admin',
    audit: { fields: ['name', 'role', 'expiresAt'] },
    summary: 'Creates an API token; the answer shows it once',
    input: z.strictObject({ name: accountName, role, expiresAt: moment.optional() }),
    output: z.object({ token: z.string(), view: apiTokenView }),
    showsOnce: true,
    rest: { method: 'POST', path: '/tokens', status: 201 },
  }),
  'tokens.revoke': operation({
    role: 'admin',
    audit: { fields: [] },
    summary: 'Revokes an API token and closes its connections',
    input: z.strictObject({ id }),
    output: z.null(),
    rest: { method: 'DELETE', path: '/tokens/{id}', status: 204 },
  }),
}
