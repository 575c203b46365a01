/** An error as it crosses the wire. Branch on `code`. */
export interface WireError {
  readonly code: string
  readonly message: string
  readonly details: unknown
}

/** The HTTP status of each error code; a code that is not listed is a fault of the server's own, 500. */
export const ERROR_STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  BAD_CREDENTIALS: 401,
  FORBIDDEN: 403,
  ORIGIN_REFUSED: 403,
  HOST_REFUSED: 403,
  PERMISSION_DENIED: 403,
  ISOLATION_DENIED: 403,
  NOT_FOUND: 404,
  PLUGIN_NOT_FOUND: 404,
  DEAD_LETTER_NOT_FOUND: 404,
  PROFILE_NOT_FOUND: 404,
  VERSION_NOT_FOUND: 404,
  UNKNOWN_OPERATION: 404,
  PROTOCOL_MISMATCH: 409,
  PLUGIN_EXISTS: 409,
  ACCOUNT_EXISTS: 409,
  TOKEN_EXISTS: 409,
  LAST_ADMIN: 409,
  SET_UP_DONE: 409,
  IDEMPOTENCY_PENDING: 409,
  RECORDING_BUSY: 409,
  DEPENDENCY_UNMET: 409,
  DEPENDENCY_CYCLE: 409,
  HAS_DEPENDENTS: 409,
  ILLEGAL_TRANSITION: 409,
  ABORTED: 409,
  UPDATE_REFUSED: 409,
  VERSION_EXISTS: 409,
  VERSION_IN_USE: 409,
  CONFIG_CONFLICT: 412,
  GRANTS_CONFLICT: 412,
  TOO_LARGE: 413,
  METHOD_NOT_ALLOWED: 405,
  UNSUPPORTED_MEDIA_TYPE: 415,
  MALFORMED: 400,
  INPUT_INVALID: 422,
  IDEMPOTENCY_MISMATCH: 422,
  PATH_NOT_FOUND: 422,
  METADATA_INVALID: 422,
  START_FAILED: 422,
  UPDATE_FAILED: 422,
  VERSION_UNUSABLE: 422,
  VERSION_TAMPERED: 422,
  PACKAGE_INVALID: 422,
  PACKAGE_UNEXPECTED: 422,
  SOURCE_NOT_FOUND: 422,
  SIGNATURE_INVALID: 422,
  UNSIGNED: 422,
  CONFIG_INVALID: 422,
  OPTION_INVALID: 422,
  CONFIG_REJECTED: 422,
  EVENT_INVALID: 422,
  MESSAGE_INVALID: 422,
  SHARED_DATA_INVALID: 422,
  HOOK_FAILED: 422,
  MESSAGE_FAILED: 422,
  RATE_LIMITED: 429,
  BUSY: 429,
  EVENT_STORM: 429,
  HOOK_TIMEOUT: 504,
  PLUGIN_CRASHED: 502,
  PLUGIN_HUNG: 502,
  OUT_OF_MEMORY: 502,
  RECORDING_FAILED: 502,
  NPM_FAILED: 502,
  MANAGER_CLOSED: 503,
  STORE_UNAVAILABLE: 503,
  NO_SPACE: 507,
}

/** RFC 9457 problem details, with the code and details of the error. */
export interface Problem extends WireError {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail: string
}

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError }
