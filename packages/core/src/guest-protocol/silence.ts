/** So long without a sign of life, and a plugin is called unresponsive [SV1.b]. */
export const UNRESPONSIVE_MS = 3_000
/** So long, and its guest is ended. */
export const HUNG_MS = 5_000
/** A tick that is later than this means that this process was delayed, so the plugin is not considered silent. */
export const MAX_STEP_MS = 1_000
