import type { DeadLetter, ReplayProgress } from '@plugboard/core'
import type { PluginEvent } from '@plugboard/plugin-sdk'
import type { DeadLetterView, EventLine, JsonValue, ReplayView } from '@plugboard/protocol'

const MAX_LETTER_EVENTS = 10
const MAX_EVENT_DATA = 4_096

export function deadLetterView({ id, reason, events, error, at }: DeadLetter): DeadLetterView {
  return {
    id,
    reason,
    events: events.slice(0, MAX_LETTER_EVENTS).map((event) => ({ ...event })),
    eventCount: events.length,
    error,
    at,
  }
}

/** @param progress undefined if the replay has not begun */
export function replayView(
  progress: ReplayProgress | undefined,
  { isRunning }: { readonly isRunning: boolean },
): ReplayView {
  return progress ? { ...progress, isRunning } : { handled: 0, failed: 0, kept: null, error: null, isRunning }
}

/** An event as a tail shows it: what it carries is left out where it is large. @param id of the line */
export function eventLine(event: PluginEvent, id: string): EventLine {
  const { id: eventId, at, source, type: topic, origin, subject } = event
  const data = event.data as JsonValue
  const bytes = Buffer.byteLength(JSON.stringify(data))
  const isCut = bytes > MAX_EVENT_DATA
  return {
    id,
    eventId,
    at,
    source,
    topic,
    origin,
    ...(subject !== undefined && { subject }),
    data: isCut ? null : data,
    bytes,
    isCut,
  }
}
