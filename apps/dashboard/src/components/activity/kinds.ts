import type { TimelineView } from '@plugboard/protocol'

/** What the entries of a plugin, and of the server, can be narrowed to. */
export const PLUGIN_KINDS = ['state', 'failure', 'config', 'grants', 'restart-policy', 'version', 'operation'] as const
export const KINDS = [...PLUGIN_KINDS, 'server'] as const satisfies readonly TimelineView['kind'][]
