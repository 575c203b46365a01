import { z } from 'zod'
import { jsonObject } from './json.ts'
import { count, epochMs } from './number.ts'

export const role = z.enum(['viewer', 'operator', 'admin'])

/** Who asks; `account` is null for an API token. */
export const callerView = z.object({
  /** The host that answers. */
  node: z.string(),
  actor: z.string(),
  role,
  account: z.object({ id: z.string(), sessionId: z.string() }).nullable(),
  /** The operations that this role may ask for. */
  may: z.array(z.string()),
})

export const accountView = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role,
  disabled: z.boolean(),
  createdAt: epochMs,
  /** When it was used last, to the minute; an open board counts. Null: never. */
  lastSeenAt: epochMs.nullable(),
})

/** A link that lets somebody in, once. */
export const inviteView = z.object({
  id: z.string(),
  role,
  createdAt: epochMs,
  createdBy: z.string(),
  expiresAt: epochMs,
})

export const sessionView = z.object({
  id: z.string(),
  accountId: z.string(),
  createdAt: epochMs,
  expiresAt: epochMs,
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** It is the one that asks. */
  isCurrent: z.boolean(),
})

export const apiTokenView = z.object({
  id: z.string(),
  name: z.string(),
  role,
  createdAt: epochMs,
  createdBy: z.string(),
  expiresAt: epochMs.nullable(),
  lastUsedAt: epochMs.nullable(),
})

/** Who did what, from where, with what result; `hash` covers the row before. */
export const auditView = z.object({
  seq: count,
  at: epochMs,
  actor: z.string(),
  role: role.nullable(),
  via: z.string(),
  address: z.string(),
  operation: z.string(),
  /** The plugin, account or session that it was about. */
  target: z.string().nullable(),
  /** `ok` or the code of the error. */
  result: z.string(),
  detail: jsonObject.nullable(),
  hash: z.string(),
})

export type AccountView = z.infer<typeof accountView>
export type InviteView = z.infer<typeof inviteView>
export type ApiTokenView = z.infer<typeof apiTokenView>
export type CallerView = z.infer<typeof callerView>
export type SessionView = z.infer<typeof sessionView>
export type AuditView = z.infer<typeof auditView>
