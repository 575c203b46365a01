import type { JsonValue } from './json.ts'

/** Events that a tail keeps. */
export const MAX_EVENTS_SHOWN = 200

/** An event as the live tail shows it. */
export interface EventLine {
  /** Of the line: ids of events may come from outside, and more than once. */
  readonly id: string
  readonly eventId: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly source: string
  /** Its type. */
  readonly topic: string
  readonly subject?: string
  /** Where it came from, as its host knows. */
  readonly origin: { readonly node: string; readonly plugin?: string }
  /** What it carries; null where `isCut`. */
  readonly data: JsonValue
  /** Of the data, encoded. */
  readonly bytes: number
  /** Its data is too large for a tail. */
  readonly isCut: boolean
  /** Of the trace that follows it; null where none does. */
  readonly traceId: number | null
}

/** The events since the topic has a subscriber; the newest is last. */
export interface EventTail {
  readonly events: readonly EventLine[]
  /** How many came faster than a board can show, since the tail began. */
  readonly skipped: number
}

export function mergeEventTail(tail: EventTail, { events, skipped }: EventTail): EventTail {
  return { events: [...tail.events, ...events].slice(-MAX_EVENTS_SHOWN), skipped: tail.skipped + skipped }
}
