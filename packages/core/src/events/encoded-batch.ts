import { encodeRuns, TIME_BASE } from '../guest-protocol/event-codec.ts'
import type { EventBatch } from '../guest-protocol/message.ts'
import type { AcceptedEvent } from './accepted-event.ts'

/** Events in one batch at most. The bus counts its events in blocks of this size, and batches end where blocks do. */
export const MAX_BATCH_EVENTS = 256

/** A batch as it travels to a guest. Plugins that get the same events in the same batches share the bytes. */
export function encodeBatch(events: readonly AcceptedEvent[]): Buffer {
  const [first] = events
  if (first?.batch && isSame(first.batch.events, events)) return first.batch.payload
  const hops = JSON.stringify(hopsOf(events))
  const keys = JSON.stringify(traceKeysOf(events))
  const runs = encodeRuns(events)
  const payload = Buffer.from(
    `{"kind":"runs","timeBase":${TIME_BASE},"hops":${hops},"traceKeys":${keys},"runs":${runs}}`,
  )
  if (first) first.batch = { events, payload }
  return payload
}

export function hopsOf(events: readonly AcceptedEvent[]): EventBatch['hops'] {
  return events.some((event) => event.hops > 0) ? events.map((event) => event.hops) : null
}

export function traceKeysOf(events: readonly AcceptedEvent[]): EventBatch['traceKeys'] {
  return events.some((event) => event.traced) ? events.map((event) => event.traced?.key ?? 0) : null
}

function isSame(one: readonly AcceptedEvent[], other: readonly AcceptedEvent[]): boolean {
  return one.length === other.length && one.every((event, index) => event === other[index])
}
