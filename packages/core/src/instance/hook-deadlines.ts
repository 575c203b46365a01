/** How long each hook may take, in milliseconds. */
export interface HookDeadlines {
  /** Import and `initialize` together. */
  readonly initializeMs: number
  readonly startMs: number
  readonly stopMs: number
  readonly cleanupMs: number
  readonly updateConfigMs: number
  readonly handleEventMs: number
}
