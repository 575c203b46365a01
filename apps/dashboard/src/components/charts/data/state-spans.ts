import type { PluginState, StateChange, StateHistory } from '@plugboard/protocol'

/** A stretch of time in one state, as shares 0…1 of the frame. */
export interface StateSpan {
  readonly state: PluginState
  readonly start: number
  readonly width: number
  /** Epoch milliseconds. */
  readonly from: number
  /** Null while it lasts. */
  readonly until: number | null
  readonly error: StateChange['error']
}

/** Cuts a history to the frame. Before its first entry the plugin was not there: a gap. */
export function stateSpans(
  history: StateHistory,
  { from, to, now = to }: { readonly from: number; readonly to: number; readonly now?: number },
): StateSpan[] {
  const range = to - from
  return history.flatMap((change, index) => {
    const next = history[index + 1]?.at ?? null
    const start = Math.max(from, change.at)
    // The future belongs to no state.
    const end = Math.min(to, now, next ?? now)
    if (end <= start) return []
    const span = { state: change.state, start: (start - from) / range, width: (end - start) / range }
    return [{ ...span, from: change.at, until: next, error: change.error }]
  })
}

/**
 * The time in `active` divided by the time in `active` and `error`. Other states do not count. Null if both are zero.
 */
export function activeShare(spans: readonly StateSpan[]): number | null {
  const widthOf = (wanted: PluginState): number => {
    return spans.filter(({ state }) => state === wanted).reduce((sum, { width }) => sum + width, 0)
  }
  const [up, down] = [widthOf('active'), widthOf('error')]
  return up + down === 0 ? null : up / (up + down)
}
