import type { PluginManager } from '@plugboard/core'
import type { Timeline } from '../incidents/timeline.ts'
import type { AuditEntry } from '../store/tables/audit.ts'

/** Those that change what is set for a plugin. */
const KINDS: Readonly<Record<string, 'grants' | 'restart-policy'>> = {
  'permissions.set': 'grants',
  'plugins.setRestartPolicy': 'restart-policy',
}

/** Operations on a plugin are part of its timeline; a config is noted by its ledger, with what it changed. */
export function noteOperation(
  { at, actor, operation, target, detail }: AuditEntry,
  { timeline, manager }: { readonly timeline: Timeline; readonly manager: PluginManager },
): void {
  if (operation.startsWith('config.') || target === null || !manager.getPlugin(target)) return
  timeline.add({
    kind: KINDS[operation] ?? 'operation',
    code: 'operated',
    at,
    pluginId: target,
    actor,
    title: `${operation} by ${actor}.`,
    detail: { operation, ...detail },
  })
}
