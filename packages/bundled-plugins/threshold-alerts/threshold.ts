export type Rule = {
  readonly metric: string
  readonly raise: number
  readonly clear: number
  readonly forSeconds: number
}

/** Where one rule stands. `pendingSince` and `raisedAt` are epoch milliseconds. */
export type Standing =
  | { readonly state: 'calm' }
  | { readonly state: 'pending'; readonly pendingSince: number }
  | { readonly state: 'raised'; readonly raisedAt: number }

export const CALM: Standing = { state: 'calm' }

/**
 * The next standing of a rule. It is a maximum where `raise` is at or above `clear`, else a minimum. Between the two
 * limits nothing changes: that keeps a value that swings around one limit from raising alert after alert.
 */
export function nextStanding(
  rule: Rule,
  standing: Standing,
  { at, value }: { readonly at: number; readonly value: number },
): Standing {
  const isMaximum = rule.raise >= rule.clear
  const beyond = isMaximum ? value >= rule.raise : value <= rule.raise
  const back = isMaximum ? value <= rule.clear : value >= rule.clear
  switch (standing.state) {
    case 'raised':
      return back ? CALM : standing
    case 'calm':
      if (!beyond) return CALM
      return rule.forSeconds === 0 ? { state: 'raised', raisedAt: at } : { state: 'pending', pendingSince: at }
    case 'pending':
      if (!beyond) return CALM
      return at - standing.pendingSince >= rule.forSeconds * 1_000 ? { state: 'raised', raisedAt: at } : standing
  }
}
