import { accessOperations, operations, type OperationName } from '@plugboard/protocol/operations'
import type { Timeline } from '../incidents/timeline.ts'
import type { AuditEntry } from '../store/tables/audit.ts'
import { titleOf } from './operation-title.ts'

/** Those that change what is set for a plugin. */
const KINDS: Readonly<Record<string, 'grants' | 'restart-policy'>> = {
  'permissions.set': 'grants',
  'plugins.setRestartPolicy': 'restart-policy',
}

/**
 * Operations are part of the timeline, those that come in floods as a number. A config is noted by its ledger, with what it
 * changed; who may enter is for admins, in the audit.
 */
export function noteOperation({ at, actor, operation, target, detail }: AuditEntry, timeline: Timeline): void {
  if (operation.startsWith('config.') || Object.hasOwn(accessOperations, operation)) return
  const entry = {
    kind: KINDS[operation] ?? 'operation',
    at,
    // All but those that are left out above have a plugin as their target, which may be gone by now.
    pluginId: target,
    actor,
    ...titleOf(operation, { actor, detail }),
    detail: { operation, ...detail },
  } as const
  if (operations[operation as OperationName].audit === 'counted') timeline.count(entry)
  else timeline.add(entry)
}
