import type { DeadLetter } from '@plugboard/core'
import type { PluginEvent } from '@plugboard/plugin-sdk'
import type { DeadLetterView, EventLine, JsonValue } from '@plugboard/protocol'

const MAX_LETTER_EVENTS = 10
const MAX_EVENT_DATA = 4_096
/** Of one answer with dead letters. */
const MAX_PAGE_BYTES = 512 * 1_024
/** Of the events in them, which take time to measure and to search for secrets. */
const MAX_LOOKED_AT_BYTES = 2 * 1_024 * 1_024

/** Takes the secrets of plugins out of what is shown. */
export type Redact = <T>(pluginIds: readonly string[], value: T) => T

/** What may be shown of dead letters. A plugin that published an event may be gone, and a secret in it replaced. */
export interface LetterDisplay {
  readonly dataOf: (pluginId: string, event: PluginEvent) => JsonValue
  readonly subjectOf: (pluginId: string, event: PluginEvent) => string | undefined
  readonly errorOf: (pluginId: string, letter: DeadLetter) => DeadLetter['error']
}

/** @param pluginId the plugin that the letter is of */
export function deadLetterView(letter: DeadLetter, pluginId: string, display: LetterDisplay): DeadLetterView {
  const { id, reason, events, at } = letter
  return {
    id,
    reason,
    events: events.slice(0, MAX_LETTER_EVENTS).map((event) => {
      const { isCut, bytes } = sizeOf(event)
      const data = isCut ? null : display.dataOf(pluginId, event)
      return { ...withSubject(event, display.subjectOf(pluginId, event)), data, bytes, isCut }
    }),
    eventCount: events.length,
    error: display.errorOf(pluginId, letter),
    at,
  }
}

/** One event of a dead letter with all that it carries. */
export function letterEventView(
  event: PluginEvent,
  pluginId: string,
  display: LetterDisplay,
): Record<string, unknown> & Pick<PluginEvent, 'id' | 'type'> {
  return { ...withSubject(event, display.subjectOf(pluginId, event)), data: display.dataOf(pluginId, event) }
}

function withSubject(event: PluginEvent, subject: string | undefined): PluginEvent {
  return subject === undefined ? event : { ...event, subject }
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

/** An event as a tail shows it: what it carries is left out where it is large. @param line its own id, and the trace of the event */
export function eventLine(
  event: PluginEvent,
  { id, traceId }: Pick<EventLine, 'id' | 'traceId'>,
  redact: Redact,
): EventLine {
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
    traceId,
  }
}

function sizeOf({ data }: PluginEvent): { readonly bytes: number; readonly isCut: boolean } {
  const bytes = Buffer.byteLength(JSON.stringify(data))
  return { bytes, isCut: bytes > MAX_EVENT_DATA }
}

/** The plugin that published an event, if one did. */
export function publisherOf({ origin }: PluginEvent): string[] {
  return origin.plugin === undefined ? [] : [origin.plugin]
}
