import type { PluginEvent } from '@plugboard/plugin-sdk'
import type { Fate } from '../events/broadcast.ts'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'
import type { DeadLetter, DeadLetters } from './dead-letters.ts'

/** What a replay has done so far, in events. */
export interface ReplayProgress {
  /** Handled without an error; they are in no dead letter any more. */
  readonly handled: number
  /** Failed again, which ended the replay; they are in a new dead letter. At most 1. */
  readonly failed: number
  /** Not replayed, or not yet; they stay in their dead letters. */
  readonly kept: number
  /** Why the event failed again, or why a letter has no events to replay; null where neither is the case. */
  readonly error: ThrownInfo | null
}

interface ReplaySteps {
  readonly letters: DeadLetters
  /** @returns undefined if the plugin takes no events now */
  readonly deliver: (event: PluginEvent) => Promise<Fate | undefined>
  /** Leaves these events in the letter; with none, the letter is gone. */
  readonly reduce: (letter: DeadLetter, remaining: readonly PluginEvent[]) => void
  readonly onProgress: (progress: ReplayProgress) => void
}

/**
 * Replays the events of dead letters, one at a time. The first event that is not handled ends the replay. An event leaves
 * its letter once it has been handled, or once it has failed again and is in a new letter [EV5.b, EV5.c].
 */
export async function replayLetters(
  letterIds: readonly string[],
  { letters, deliver, reduce, onProgress }: ReplaySteps,
): Promise<ReplayProgress> {
  const chosen = letterIds.flatMap((letterId) => letters.find(letterId) ?? [])
  let progress: ReplayProgress = { handled: 0, failed: 0, kept: countEvents(chosen), error: null }
  let locked: ThrownInfo | null = null
  onProgress(progress)
  for (const letter of chosen) {
    const { id, events } = letter
    if (events.length === 0) {
      // One that cannot be opened stays, and holds up no other.
      locked ??= letter.error
      continue
    }
    let fate: Fate | undefined
    let settled = 0
    letters.protect(id)
    for (const event of events) {
      if (!letters.find(id)) break
      fate = await deliver(event)
      if (fate !== 'delivered' && fate !== 'failed') break
      settled += 1
      progress = advance(progress, fate === 'failed' ? (letters.newest?.error ?? null) : null)
      onProgress(progress)
      if (fate === 'failed') break
    }
    letters.protect(null)
    const left = events.slice(settled)
    if (!letters.find(id)) {
      // It was discarded meanwhile, with the events that are left.
      progress = { ...progress, kept: progress.kept - left.length }
      continue
    }
    if (settled > 0) reduce(letter, left)
    if (fate !== 'delivered') return progress
  }
  return locked ? { ...progress, error: locked } : progress
}

/** One more event is settled: handled, or failed with this error. */
function advance({ handled, failed, kept }: ReplayProgress, error: ThrownInfo | null): ReplayProgress {
  return { handled: handled + (error ? 0 : 1), failed: failed + (error ? 1 : 0), kept: kept - 1, error }
}

function countEvents(letters: readonly DeadLetter[]): number {
  return letters.reduce((count, { events }) => count + events.length, 0)
}
