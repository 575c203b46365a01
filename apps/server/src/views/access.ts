import type { ApiTokenView, AuditView, CallerView, InviteView, JsonObject } from '@plugboard/protocol'
import type { Principal } from '../auth/principal.ts'
import { allowedOperations } from '../auth/roles.ts'
import type { ApiTokenRow } from '../store/tables/api-tokens.ts'
import type { InviteRow } from '../store/tables/invites.ts'
import type { AuditRow } from '../store/tables/audit.ts'

/** @param node this host's name */
export function callerView({ actor, role, account }: Principal, node: string): CallerView {
  return { node, actor, role, account, may: allowedOperations(role) }
}

export function apiTokenView({ hash: _hash, ...row }: ApiTokenRow): ApiTokenView {
  return row
}

export function inviteView({ hash: _hash, ...row }: InviteRow): InviteView {
  return row
}

export function auditView({ detail, ...row }: AuditRow): AuditView {
  return { ...row, detail: detail as JsonObject | null }
}
