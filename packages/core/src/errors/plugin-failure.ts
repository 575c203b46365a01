import type { Permission } from '@plugboard/plugin-sdk'
import { describeThrown, ownError, type ThrownInfo } from '../guest-protocol/thrown.ts'
import type { Crash, CrashReport } from './crash.ts'
import { briefOf, type ErrorBrief } from './error-brief.ts'
import { isPluginError, PluginError } from './plugin-error.ts'

/** Why a plugin is, or was last, in error. */
export interface LastError extends ErrorBrief {
  /** Epoch milliseconds. */
  readonly at: number
  /** What the plugin threw, in its own words. */
  readonly thrown: ThrownInfo | null
  /** Of an instance that crashed, hung or ran out of memory. */
  readonly report: CrashReport | null
}

export type CrashCode = 'PLUGIN_CRASHED' | 'PLUGIN_HUNG' | 'OUT_OF_MEMORY'

export const CRASH_CODES: Readonly<Record<Crash['kind'], CrashCode>> = {
  crash: 'PLUGIN_CRASHED',
  hang: 'PLUGIN_HUNG',
  'out-of-memory': 'OUT_OF_MEMORY',
}

/** What the dead letters of a crash say: what was thrown, or else how the guest ended. */
export function deathOf(error: PluginError): ThrownInfo {
  const { error: thrown } = error.details as { readonly error?: ThrownInfo | null }
  return thrown ?? ownError(error.code, error.message)
}

function isCrash(error: PluginError): error is PluginError<CrashCode> {
  return Object.values<string>(CRASH_CODES).includes(error.code)
}

export function permissionDenied(id: string, missing: readonly Permission[]): PluginError<'PERMISSION_DENIED'> {
  const names = missing.map(described).join(', ')
  return new PluginError(
    'PERMISSION_DENIED',
    `${id} needs permissions that are not granted: ${names}; grant them to start it`,
    { missing },
  )
}

/** What a running plugin asks for takes a permission that it does not have. */
export function permissionNeeded(id: string, permission: Permission & string): PluginError<'PERMISSION_DENIED'> {
  const message = `this call needs the permission ${permission}: ${id} must request it in plugin.json, and an operator must grant it`
  return new PluginError('PERMISSION_DENIED', message, { missing: [permission] })
}

/** `FileSystemAccess (read /etc, /var)` */
function described(permission: Permission): string {
  if (typeof permission === 'string') return permission
  const { name, ...scope } = permission
  const parts = Object.entries(scope).map(([kind, values]) => `${kind} ${[values].flat().join(', ')}`)
  return `${name} (${parts.join('; ')})`
}

export function aborted(id: string): PluginError<'ABORTED'> {
  return new PluginError('ABORTED', `the start of ${id} was aborted by a later operation`, { id })
}

/**
 * Wraps a crash or a thrown error during a start as `START_FAILED`. Errors with a code of their own, such as a time-out
 * or an invalid config, keep it.
 */
export function startFailure(id: string, thrown: unknown): PluginError {
  const error = PluginError.from(thrown)
  if (isPluginError(error, 'HOOK_FAILED')) {
    const details = { id, error: error.details.error, cause: briefOf(error), report: null }
    return new PluginError('START_FAILED', error.message, details).causedBy(error)
  }
  if (isCrash(error)) {
    const details = { id, error: deathOf(error), cause: briefOf(error), report: error.details }
    return new PluginError('START_FAILED', `${id} ended during its start. ${error.message}`, details).causedBy(error)
  }
  // The check of the config timed out, so the config may be valid. As `START_FAILED` the start is retried.
  const unchecked = isPluginError(error, 'CONFIG_INVALID') && error.details.some(({ rule }) => rule === 'deadline')
  if (error.code !== 'INTERNAL' && !unchecked) return error
  return new PluginError('START_FAILED', `${id} could not be started: ${error.message}`, {
    id,
    error: describeThrown(thrown),
    cause: briefOf(error),
    report: null,
  }).causedBy(thrown)
}

/** The version that runs goes on: what was thrown ended the other one before it could take over. */
export function updateFailed(
  { id, from, to }: { readonly id: string; readonly from: string; readonly to: string },
  thrown: unknown,
): PluginError<'UPDATE_FAILED'> {
  const error = PluginError.from(thrown)
  const message = `${id} was not updated to ${to}, and ${from} goes on: ${error.message}`
  return new PluginError('UPDATE_FAILED', message, { id, from, to, cause: briefOf(error) }).causedBy(thrown)
}

export function lastErrorOf(error: PluginError, at: number): LastError {
  const { error: thrown = null } = (error.details ?? {}) as { readonly error?: ThrownInfo | null }
  return { ...briefOf(error), at, thrown, report: reportOf(error) }
}

function reportOf(error: PluginError): CrashReport | null {
  if (isCrash(error)) return error.details
  return isPluginError(error, 'START_FAILED') ? error.details.report : null
}
