import type { JsonValue, PluginEvent } from '@plugboard/plugin-sdk'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BroadcastOutcome } from '../events/broadcast.ts'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'
import { clock } from '../util/clock.ts'
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

export interface ReplayOptions {
  /** Is told of each event that is settled. */
  readonly onProgress?: (progress: ReplayProgress) => void
  /** At most so many events a second. Default: as fast as the plugin handles them. */
  readonly perSecond?: number
  /** Ends the replay after the event in hand. */
  readonly signal?: AbortSignal
}

/** Which event of which letter to replay, and with which data instead of its own. */
export interface EditedEvent {
  readonly letterId: string
  readonly eventId: string
  readonly data: JsonValue
}

export interface ReplaySteps {
  readonly letters: DeadLetters
  /** @returns undefined if the plugin takes no events now */
  readonly deliver: (event: PluginEvent) => Promise<keyof BroadcastOutcome | undefined>
  /** Leaves these events in the letter; with none, the letter is gone. */
  readonly reduce: (letter: DeadLetter, remaining: readonly PluginEvent[]) => void
}

/** An interrupted replay repeats what it has handled since its letters were last told: at most so long. */
const TELL_MS = 500

/**
 * Replays the events of dead letters, one at a time. The first event that is not handled ends the replay. An event leaves
 * its letter once it has been handled, or once it has failed again and is in a new letter [EV5.b, EV5.c].
 */
export async function replayLetters(
  letterIds: readonly string[],
  { letters, deliver, reduce }: ReplaySteps,
  { onProgress = () => {}, perSecond = Infinity, signal }: ReplayOptions,
): Promise<ReplayProgress> {
  const turn = pacer(1_000 / perSecond, signal)
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
    let fate: keyof BroadcastOutcome | undefined
    let settled = 0
    let toldAt = clock.now()
    letters.protect(id)
    for (const event of events) {
      fate = undefined
      // One that is gone takes no turn: others may wait for theirs.
      if (!letters.find(id) || !(await turn()) || !letters.find(id)) break
      fate = await deliver(event)
      if (fate !== 'delivered' && fate !== 'failed') break
      settled += 1
      letters.noteSettled(event)
      progress = advance(progress, fate === 'failed' ? (letters.newest?.error ?? null) : null)
      onProgress(progress)
      if (fate === 'failed') break
      if (settled < events.length && letters.find(id) && clock.now() - toldAt >= TELL_MS) {
        reduce(letter, events.slice(settled))
        toldAt = clock.now()
      }
    }
    letters.protect(null)
    const left = events.slice(settled)
    if (!letters.find(id)) {
      // It was discarded meanwhile, with the events that are left.
      progress = { ...progress, kept: progress.kept - left.length }
      onProgress(progress)
      if (signal?.aborted) return progress
      continue
    }
    if (settled > 0) reduce(letter, left)
    if (fate !== 'delivered') return progress
  }
  return locked ? { ...progress, error: locked } : progress
}

/**
 * Delivers an event of a letter with other data. The event leaves its letter once that has been handled; else it stays,
 * and what was delivered is in a letter of its own [EV5.f].
 */
export async function replayEdited(
  { letter, event, data }: { readonly letter: DeadLetter; readonly event: PluginEvent; readonly data: JsonValue },
  { letters, deliver, reduce }: ReplaySteps,
): Promise<ReplayProgress> {
  letters.protect(letter.id)
  const fate = await deliver({ ...event, data })
  letters.protect(null)
  const left = letter.events.filter((one) => one !== event)
  if (fate === 'delivered') {
    letters.noteSettled(event)
    if (letters.find(letter.id)) reduce(letter, left)
    return { handled: 1, failed: 0, kept: left.length, error: null }
  }
  const error = fate === 'failed' ? (letters.newest?.error ?? null) : null
  return { handled: 0, failed: error ? 1 : 0, kept: letter.events.length, error }
}

/** @returns a function that resolves when the next event is due, to false if the replay shall end instead */
function pacer(intervalMs: number, signal: AbortSignal | undefined): () => Promise<boolean> {
  let dueAt = clock.now()
  return async () => {
    const waitMs = dueAt - clock.now()
    dueAt = Math.max(clock.now(), dueAt) + intervalMs
    if (waitMs > 0) await sleep(waitMs, null, { ref: false, signal }).catch(() => {})
    return !signal?.aborted
  }
}

/** One more event is settled: handled, or failed with this error. */
function advance({ handled, failed, kept }: ReplayProgress, error: ThrownInfo | null): ReplayProgress {
  return { handled: handled + (error ? 0 : 1), failed: failed + (error ? 1 : 0), kept: kept - 1, error }
}

function countEvents(letters: readonly DeadLetter[]): number {
  return letters.reduce((count, { events }) => count + events.length, 0)
}
