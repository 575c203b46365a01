import { describeThrown, type ThrownInfo } from '../guest-protocol/thrown.ts'
import type { JsonObject, Permission } from '@plugboard/plugin-sdk'
import type { CrashReport } from './crash.ts'
import type { ErrorBrief } from './error-brief.ts'

/** One violation of a schema: where, which rule, and a sentence. */
export interface Violation {
  /** A JSON pointer into the value; empty for the value itself. */
  readonly pointer: string
  /** The schema's keyword, such as `minimum`, or `deadline` when checking took too long. */
  readonly rule: string
  readonly message: string
  /** What the rule asks for, by Ajv's names: `limit`, `type`, `allowedValues`, … */
  readonly params?: JsonObject
}

/** What each code says in `details`. */
export interface ErrorDetails {
  PLUGIN_NOT_FOUND: { readonly id: string }
  PATH_NOT_FOUND: { readonly path: string }
  PLUGIN_EXISTS: { readonly id: string }
  METADATA_INVALID: { readonly file: string; readonly violations: readonly Violation[] }
  PERMISSION_DENIED: { readonly missing: readonly Permission[] }
  ISOLATION_DENIED: { readonly id: string }
  DEPENDENCY_UNMET: {
    readonly unmet: readonly {
      readonly id: string
      readonly range: string
      /** The version that is loaded, if any. */
      readonly found: string | null
      /** Its version matches, but it is disabled. */
      readonly disabled: boolean
    }[]
  }
  DEPENDENCY_CYCLE: { /** From a plugin back to itself. */ readonly cycle: readonly string[] }
  HAS_DEPENDENTS: { readonly dependents: readonly string[] }
  ILLEGAL_TRANSITION: { readonly id: string; readonly state: string }
  START_FAILED: {
    readonly id: string
    readonly error: ThrownInfo
    /** What its start ended with. */
    readonly cause: ErrorBrief
    /** Set where the instance ended while it started. */
    readonly report: CrashReport | null
  }
  /** An installed version that is not there, or not as it was installed; `reason` is the code of the catalog. */
  VERSION_UNUSABLE: { readonly id: string; readonly version: string; readonly reason: string }
  /** Gates that the caller has not accepted. */
  UPDATE_REFUSED: {
    readonly id: string
    readonly from: string
    readonly to: string
    readonly gates: readonly { readonly code: string; readonly message: string; readonly details: unknown }[]
  }
  UPDATE_FAILED: {
    readonly id: string
    /** Versions. */
    readonly from: string
    readonly to: string
    readonly cause: ErrorBrief
  }
  CONFIG_INVALID: readonly Violation[]
  CONFIG_CONFLICT: { readonly revision: number }
  CONFIG_REJECTED: { readonly error: ThrownInfo }
  HOOK_FAILED: { readonly id: string; readonly hook: string; readonly error: ThrownInfo }
  HOOK_TIMEOUT: {
    readonly id: string
    readonly hook: string
    readonly timeoutMs: number
    /** True if the plugin's thread reported the time-out; false if the thread did not answer at all. */ readonly answered: boolean
  }
  ABORTED: { readonly id: string }
  EVENT_INVALID: readonly Violation[]
  EVENT_STORM: { readonly hops: number }
  MESSAGE_INVALID: null
  MESSAGE_FAILED: { readonly error: ThrownInfo }
  BUSY: { readonly id: string }
  RATE_LIMITED: { readonly perSecond: number }
  TOO_LARGE: { readonly bytes: number; readonly limit: number }
  SHARED_DATA_INVALID: { readonly key: string }
  DEAD_LETTER_NOT_FOUND: { readonly id: string }
  PLUGIN_CRASHED: CrashReport
  PLUGIN_HUNG: CrashReport
  OUT_OF_MEMORY: CrashReport
  RECORDING_FAILED: { readonly id: string }
  ERROR_LIMIT: { readonly errors: number; /** What was thrown last. */ readonly error: ThrownInfo }
  MANAGER_CLOSED: null
  OPTION_INVALID: { readonly option: string }
  NODE_UNSUPPORTED: { readonly found: string; readonly needed: string }
  NOT_BUILT: { readonly file: string }
  INTERNAL: null
}

export type ErrorCode = keyof ErrorDetails

/** Every error that the core throws. Branch on `code`, never on the text. */
export class PluginError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'PluginError'
  readonly code: Code
  readonly details: ErrorDetails[Code]

  constructor(code: Code, message: string, details: ErrorDetails[Code]) {
    super(message)
    this.code = code
    this.details = details
  }

  /** Keeps what led to this error. */
  causedBy(cause: unknown): this {
    this.cause = cause
    return this
  }

  /** Converts a caught value of unknown type. A `PluginError` is returned as it is. */
  static from(thrown: unknown): PluginError {
    if (thrown instanceof PluginError) return thrown
    return new PluginError('INTERNAL', describeThrown(thrown).message, null).causedBy(thrown)
  }
}

export function isPluginError<Code extends ErrorCode>(value: unknown, code: Code): value is PluginError<Code> {
  return value instanceof PluginError && (value as PluginError).code === code
}
