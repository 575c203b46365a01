import type { DeadLetter, ReplayProgress } from '@plugboard/core'
import type { PluginEvent } from '@plugboard/plugin-sdk'
import type { DeadLetterView, EventLine, JsonValue, ReplayView } from '@plugboard/protocol'

const MAX_LETTER_EVENTS = 10
const MAX_EVENT_DATA = 4_096

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
      return { ...event, data: redact([pluginId, ...publisherOf(event)], event.data) }
    }),
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
export function eventLine(event: PluginEvent, id: string, redact: Redact): EventLine {
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
    data: isCut ? null : redact(publisherOf(event), data),
    bytes,
    isCut,
  }
}

function publisherOf({ origin }: PluginEvent): string[] {
  return origin.plugin === undefined ? [] : [origin.plugin]
}
