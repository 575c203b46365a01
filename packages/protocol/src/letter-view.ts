import { z } from 'zod'
import { count, epochMs } from './number.ts'
import { thrown } from './view.ts'

const letterReason = z.enum(['handler-failed', 'guest-died', 'in-doubt', 'given-up'])

export const deadLetterView = z.object({
  id: z.string(),
  reason: letterReason,
  /**
   * The first ten; `eventCount` says how many there are. Where `isCut`, `data` is null because it takes so many `bytes`:
   * `deadLetters.event` has it.
   */
  events: z.array(z.looseObject({ id: z.string(), type: z.string(), bytes: count, isCut: z.boolean() })),
  eventCount: count,
  error: thrown,
  at: epochMs,
})

/** What a replay of dead letters has done, in events. */
export const replayView = z.object({
  /** Handled without an error. */
  handled: count,
  /** Failed again, which ended the replay: 0 or 1. It is in a new dead letter. */
  failed: count,
  /** Not replayed; they stay in their dead letters. Null while the replay waits for another one. */
  kept: count.nullable(),
  /** Why the event failed again. */
  error: thrown.nullable(),
  /** The replay goes on after this answer. */
  isRunning: z.boolean(),
  /** Somebody has ended it with `deadLetters.stopReplay`. */
  isStopped: z.boolean(),
})

/** Dead letters of one plugin that failed for the same reason in the same place. */
const letterGroupView = z.object({
  /** Stays the same as long as there are such letters. */
  key: z.string(),
  pluginId: z.string(),
  reason: letterReason,
  /** Of the newest of them. */
  error: thrown,
  /** The innermost line of the plugin's own code, as `file:line`; null where no stack says it. */
  place: z.string().nullable(),
  letters: count,
  events: count,
  /** Of the events, the most frequent first; at most five. */
  types: z.array(z.string()),
  firstAt: epochMs,
  lastAt: epochMs,
})

/** A replay that has not ended. */
const runningReplayView = replayView.omit({ isRunning: true, isStopped: true }).extend({
  pluginId: z.string(),
  /** Events per second; null: as fast as the plugin handles them. */
  perSecond: z.number().nullable(),
})

/** All dead letters, in groups. */
export const letterGroupsView = z.object({
  /** The newest first. */
  groups: z.array(letterGroupView),
  /** Groups that are left out, because an answer has at most so many. */
  more: count,
  letters: count,
  events: count,
  replays: z.array(runningReplayView),
})

export type DeadLetterView = z.infer<typeof deadLetterView>
export type ReplayView = z.infer<typeof replayView>
export type LetterGroupView = z.infer<typeof letterGroupView>
export type LetterGroupsView = z.infer<typeof letterGroupsView>
export type RunningReplayView = z.infer<typeof runningReplayView>
