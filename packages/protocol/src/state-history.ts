import type { ErrorBrief, PluginState } from './view.ts'

/** From when on a plugin was in a state, in epoch milliseconds. */
export interface StateChange {
  readonly at: number
  readonly state: PluginState
  /** Why, when it was an error. */
  readonly error: ErrorBrief | null
}

/** Oldest first. */
export type StateHistory = readonly StateChange[]

export const MAX_STATE_CHANGES = 500

export function appendState(history: StateHistory, change: StateChange): StateHistory {
  return [...history.slice(Math.max(0, history.length + 1 - MAX_STATE_CHANGES)), change]
}
