import type { Permission } from '@plugboard/plugin-sdk'
import { describeThrown, ownError, type ThrownInfo } from './guest/thrown.ts'
import { isPluginError, PluginError } from './plugin-error.ts'

/** Why a plugin is, or was last, in error. */
export interface LastError {
  readonly code: string
  readonly message: string
  /** Epoch milliseconds. */
  readonly at: number
  /** What the plugin threw, in its own words. */
  readonly thrown: ThrownInfo | null
  /** The last lines a crashed guest wrote. */
  readonly output: string | null
}

export function permissionDenied(id: string, missing: readonly Permission[]): PluginError<'PERMISSION_DENIED'> {
  const names = missing
    .map((permission) => (typeof permission === 'string' ? permission : JSON.stringify(permission)))
    .join(', ')
  return new PluginError(
    'PERMISSION_DENIED',
    `${id} asks for permissions that it was not granted: ${names}; grant them when you load it`,
    { missing },
  )
}

export function aborted(id: string): PluginError<'ABORTED'> {
  return new PluginError('ABORTED', `the start of ${id} was aborted by a later operation`, { id })
}

/** What went wrong in import, `initialize` or `start`, under one code; a time-out and a bad config keep theirs. */
export function startFailure(id: string, thrown: unknown): PluginError {
  const error = PluginError.from(thrown)
  if (isPluginError(error, 'HOOK_FAILED')) {
    return new PluginError('START_FAILED', error.message, { id, error: error.details.error }).causedBy(error)
  }
  if (isPluginError(error, 'PLUGIN_CRASHED')) {
    const info = error.details.error ?? ownError(error.code, error.message)
    return new PluginError('START_FAILED', `${id} crashed while it started. ${error.message}`, {
      id,
      error: info,
    }).causedBy(error)
  }
  if (error.code !== 'INTERNAL') return error
  return new PluginError('START_FAILED', `${id} could not be started: ${error.message}`, {
    id,
    error: describeThrown(thrown),
  }).causedBy(thrown)
}

export function lastErrorOf(error: PluginError, at: number): LastError {
  const details = error.details as { error?: ThrownInfo | null; output?: string } | null
  return {
    code: error.code,
    message: error.message,
    at,
    thrown: details?.error ?? null,
    output: details?.output ?? null,
  }
}
