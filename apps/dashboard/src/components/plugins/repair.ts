import { reasonOf, type BoardRow, type HealthReason, type Permission } from '@plugboard/protocol'
import { healthLevel } from '../ui/health-level'
import type { PluginTab } from './plugin-tabs'

/** One thing that helps: a restart, once more with what is on disk now, permissions that are missing, or a tab on which to look or to change something. */
export type Repair =
  | { readonly kind: 'restart' }
  | { readonly kind: 'reread' }
  | { readonly kind: 'grant'; readonly missing: readonly Permission[] }
  | { readonly kind: 'open'; readonly tab: PluginTab; readonly label: RepairLabel }

type RepairLabel =
  | 'config'
  | 'permissions'
  | 'dependencies'
  | 'deadLetters'
  | 'logs'
  | 'metrics'
  | 'profile'
  | 'history'

const RESTART: Repair = { kind: 'restart' }
const open = (tab: PluginTab, label: RepairLabel): Repair => ({ kind: 'open', tab, label })

/** What helps with a reason, the best first; at most two. A restart is offered only where it can change something. */
export function repairsOf({ code, details }: Pick<HealthReason, 'code' | 'details'>): readonly Repair[] {
  switch (code) {
    case 'error':
      return repairsOfError((details as ErrorReason | null)?.error ?? null)
    case 'crash-loop':
    case 'failed-lately':
      return [open('history', 'history'), RESTART]
    case 'stalled':
      return [RESTART, open('performance', 'profile')]
    case 'error-rate':
    case 'near-error-limit':
    case 'dead-letters-evicted':
      return [open('deadLetters', 'deadLetters')]
    case 'mailbox-full':
    case 'dropping-events':
      return [open('overview', 'metrics'), open('performance', 'profile')]
    case 'near-memory-limit':
      return [open('performance', 'profile'), RESTART]
    case 'secrets-lost':
      return [open('config', 'config')]
    case 'dependency-down':
    case 'dependency-changed':
      return [open('dependencies', 'dependencies')]
    case 'lost-events':
      return [open('history', 'history')]
    case 'publishes-refused':
    case 'degraded':
      return [open('logs', 'logs')]
    default:
      return [RESTART]
  }
}

/** Those that are unhealthy, and that a restart may help. */
export function helpedByRestart(rows: readonly BoardRow[]): readonly BoardRow[] {
  return rows.filter((row) => {
    const reason = reasonOf(row)
    if (reason === null || healthLevel(row) !== 'unhealthy') return false
    return repairsOf(reason).some(({ kind }) => kind === 'restart' || kind === 'reread')
  })
}

interface ErrorReason {
  readonly error: { readonly code: string; readonly details: unknown } | null
}

function repairsOfError(error: ErrorReason['error']): readonly Repair[] {
  switch (error?.code) {
    case 'PERMISSION_DENIED': {
      const { missing } = error.details as { readonly missing: readonly Permission[] }
      return [{ kind: 'grant', missing }, open('permissions', 'permissions')]
    }
    case 'CONFIG_INVALID':
    case 'CONFIG_REJECTED':
      return [open('config', 'config')]
    case 'DEPENDENCY_UNMET':
    case 'DEPENDENCY_CYCLE':
      return [open('dependencies', 'dependencies')]
    case 'ERROR_LIMIT':
      return [open('deadLetters', 'deadLetters'), RESTART]
    // Mended on disk, where the sentence says; a start reads it again.
    case 'PATH_NOT_FOUND':
    case 'METADATA_INVALID':
      return [{ kind: 'reread' }]
    case 'OUT_OF_MEMORY':
    case 'PLUGIN_HUNG':
      return [RESTART, open('overview', 'metrics')]
    default:
      return [RESTART, open('logs', 'logs')]
  }
}
