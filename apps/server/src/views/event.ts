import type { DeadLetter } from '@plugboard/core'
import { topicOf, type PluginEvent } from '@plugboard/plugin-sdk'
import type { DeadLetterView, EventLine, JsonValue } from '@plugboard/protocol'

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

/** An event as a tail shows it: what it carries is left out where it is large. */
export function eventLine(event: PluginEvent): EventLine {
  const { id, at, source, type: _type, ...fields } = event
  const data = ('data' in fields ? fields.data : fields) as JsonValue
  const bytes = Buffer.byteLength(JSON.stringify(data))
  const isCut = bytes > MAX_EVENT_DATA
  return { id, at, source, topic: topicOf(event), data: isCut ? null : data, bytes, isCut }
}
