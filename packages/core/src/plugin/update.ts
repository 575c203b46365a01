import type { ErrorBrief } from '../errors/error-brief.ts'
import type { StateOutcome } from './hand-over.ts'

/**
 * Where an update stands: `watching` from the moment the new version has taken over until it is known whether it is as good
 * as the old one, which stands by meanwhile. `failed`: the new one never took over, or the old one could not come back.
 */
export type UpdatePhase = 'preparing' | 'watching' | 'settled' | 'rolling-back' | 'rolled-back' | 'failed'

/** How the new version of an update does, and what decided. */
export interface Verdict {
  readonly result: 'good' | 'bad' | 'unsure'
  readonly metric: 'manual' | 'time' | 'error'
  /** One plain sentence. */
  readonly message: string
  /** What ended it, where it is bad for that. */
  readonly error: ErrorBrief | null
}

/** The last update of a plugin. */
export interface PluginUpdate {
  /** Versions. */
  readonly from: string
  readonly to: string
  /** Of the new version, where it is an installed one. */
  readonly digest: string | null
  readonly phase: UpdatePhase
  /** When this phase began, in epoch milliseconds. */
  readonly since: number
  /** When the watching ends at the latest; null in every other phase. */
  readonly until: number | null
  /** What became of the state of the old version; null until it was handed over. */
  readonly state: StateOutcome | null
  readonly verdict: Verdict | null
}

/** The table that decides which phase may follow. */
const NEXT: Readonly<Record<UpdatePhase, readonly UpdatePhase[]>> = {
  preparing: ['watching', 'failed'],
  watching: ['settled', 'rolling-back'],
  'rolling-back': ['rolled-back', 'settled', 'failed'],
  settled: [],
  'rolled-back': [],
  failed: [],
}

export function canProceed(from: UpdatePhase, to: UpdatePhase): boolean {
  return NEXT[from].includes(to)
}
