/** After this time without a sign of life, a plugin counts as unresponsive [SV1.b]. */
export const UNRESPONSIVE_MS = 3_000
/** So long, and its guest is ended. */
export const HUNG_MS = 5_000
/**
 * A longer time between two ticks means that this process was delayed. The guardian then counts only this much of it as
 * silence, and the host counts none.
 */
export const MAX_STEP_MS = 1_000
