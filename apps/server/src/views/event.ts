import type { DeadLetter, ReplayProgress } from '@plugboard/core'
import type { PluginEvent } from '@plugboard/plugin-sdk'
import type { DeadLetterView, EventLine, JsonValue, ReplayView } from '@plugboard/protocol'

const MAX_LETTER_EVENTS = 10
const MAX_EVENT_DATA = 4_096
/** Of one answer with dead letters. */
const MAX_PAGE_BYTES = 512 * 1_024
/** Of the events in them, which take time to measure and to search for secrets. */
const MAX_LOOKED_AT_BYTES = 2 * 1_024 * 1_024

/** Takes the secrets of plugins out of what is shown. */
export type Redact = <T>(pluginIds: readonly string[], value: T) => T

/** @param pluginId the plugin that the letter is of */
export function deadLetterView(
  { id, reason, events, error, at }: DeadLetter,
  pluginId: string,
  redact: Redact,
): DeadLetterView {
  return {
    id,
    reason,
    events: events.slice(0, MAX_LETTER_EVENTS).map((event) => {
      const { isCut, bytes } = sizeOf(event)
      const data = isCut ? null : letterData(event, pluginId, redact)
      return { ...withSubject(event, pluginId, redact), data, bytes, isCut }
    }),
    eventCount: events.length,
    error,
    at,
  }
}

/** The event with its subject as it may be shown; its data is another question. */
export function withSubject<Event extends PluginEvent>(event: Event, pluginId: string, redact: Redact): Event {
  const { subject } = event
  return subject === undefined ? event : { ...event, subject: redact([pluginId, ...publisherOf(event)], subject) }
}

/** What an event of a dead letter carries, as it may be shown. */
export function letterData(event: PluginEvent, pluginId: string, redact: Redact): JsonValue {
  return redact([pluginId, ...publisherOf(event)], event.data as JsonValue)
}

/** The first of these letters, as many as one answer may carry and one turn may look at; one at least. */
export function letterPage(
  letters: readonly DeadLetter[],
  limit: number,
  viewOf: (letter: DeadLetter) => DeadLetterView,
): DeadLetterView[] {
  const page: DeadLetterView[] = []
  let [answered, lookedAt] = [0, 0]
  for (const letter of letters.slice(0, limit)) {
    const view = viewOf(letter)
    answered += Buffer.byteLength(JSON.stringify(view))
    lookedAt += view.events.reduce((sum, { bytes }) => sum + bytes, 0)
    if (page.length > 0 && answered > MAX_PAGE_BYTES) break
    page.push(view)
    if (lookedAt > MAX_LOOKED_AT_BYTES) break
  }
  return page
}

/** @param progress undefined if the replay has not begun */
export function replayView(
  progress: ReplayProgress | undefined,
  { isRunning }: { readonly isRunning: boolean },
): ReplayView {
  return progress ? { ...progress, isRunning } : { handled: 0, failed: 0, kept: null, error: null, isRunning }
}

/** An event as a tail shows it: what it carries is left out where it is large. @param id of the line */
export function eventLine(event: PluginEvent, id: string, redact: Redact): EventLine {
  const { id: eventId, at, source, type: topic, origin, subject } = event
  const data = event.data as JsonValue
  const { bytes, isCut } = sizeOf(event)
  return {
    id,
    eventId,
    at,
    source,
    topic,
    origin,
    ...(subject !== undefined && { subject: redact(publisherOf(event), subject) }),
    data: isCut ? null : redact(publisherOf(event), data),
    bytes,
    isCut,
  }
}

function sizeOf({ data }: PluginEvent): { readonly bytes: number; readonly isCut: boolean } {
  const bytes = Buffer.byteLength(JSON.stringify(data))
  return { bytes, isCut: bytes > MAX_EVENT_DATA }
}

function publisherOf({ origin }: PluginEvent): string[] {
  return origin.plugin === undefined ? [] : [origin.plugin]
}
