import { PluginError, type ErrorCode } from '../errors/plugin-error.ts'

/** When a failed plugin is restarted automatically: never, after any failure except the error limit, or always. */
export type RestartPolicy = 'never' | 'on-crash' | 'always'

const RESTART_POLICIES: readonly RestartPolicy[] = ['never', 'on-crash', 'always']

/** @throws PluginError `OPTION_INVALID` */
export function checkRestartPolicy(policy: RestartPolicy): RestartPolicy {
  if (RESTART_POLICIES.includes(policy)) return policy
  const message = `the option restartPolicy is ${String(policy)}; it must be one of ${RESTART_POLICIES.join(', ')}`
  throw new PluginError('OPTION_INVALID', message, { option: 'restartPolicy' })
}

/** Why a plugin is in error, as far as restarts go. */
export type FailureKind = 'crash' | 'hang' | 'out-of-memory' | 'failed-start' | 'error-limit'

/** Failures that a restart cannot repair: a config, a grant or a file must change first. */
const FINAL: readonly ErrorCode[] = [
  'CONFIG_INVALID',
  'PERMISSION_DENIED',
  'ISOLATION_DENIED',
  'NOT_BUILT',
  'VERSION_UNUSABLE',
  'ABORTED',
  'MANAGER_CLOSED',
]

/** The kind of a failure by its code; null where a restart would change nothing. */
export function failureKind(code: ErrorCode): FailureKind | null {
  if (FINAL.includes(code)) return null
  switch (code) {
    case 'PLUGIN_CRASHED':
      return 'crash'
    case 'PLUGIN_HUNG':
      return 'hang'
    case 'OUT_OF_MEMORY':
      return 'out-of-memory'
    case 'ERROR_LIMIT':
      return 'error-limit'
    default:
      return 'failed-start'
  }
}

/** Only `always` restarts a plugin whose events failed: a new instance would most likely fail on them too. */
export function restarts(policy: RestartPolicy, kind: FailureKind): boolean {
  if (policy === 'never') return false
  return policy === 'always' || kind !== 'error-limit'
}

const FIRST_DELAY_MS = 1_000
const MAX_DELAY_MS = 300_000
const JITTER = 0.2

/**
 * How long to wait before a plugin is restarted: 0, then 1, 2, 4 to 300 s, each ± 20 %, so that plugins that failed
 * together do not all restart at the same moment.
 * @param failures how many came before this one without a healthy time in between
 * @param random 0…1
 * @returns milliseconds
 */
export function backoffMs(failures: number, random: number): number {
  if (failures === 0) return 0
  const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1))
  return Math.round(delay * (1 + (random * 2 - 1) * JITTER))
}
