import { encodeRuns, TIME_BASE } from '../guest-protocol/event-codec.ts'
import type { AcceptedEvent } from './accepted-event.ts'

/** Events in one batch at most. The bus counts its events in blocks of this size, and batches end where blocks do. */
export const MAX_BATCH_EVENTS = 256

/** A batch as it travels to a guest. Plugins that get the same events in the same batches share the bytes. */
export function encodeBatch(events: readonly AcceptedEvent[]): Buffer {
  const [first] = events
  if (first?.batch && isSame(first.batch.events, events)) return first.batch.payload
  const hops = events.some((event) => event.hops > 0) ? JSON.stringify(events.map((event) => event.hops)) : 'null'
  const payload = Buffer.from(`{"kind":"runs","timeBase":${TIME_BASE},"hops":${hops},"runs":${encodeRuns(events)}}`)
  if (first) first.batch = { events, payload }
  return payload
}

function isSame(one: readonly AcceptedEvent[], other: readonly AcceptedEvent[]): boolean {
  return one.length === other.length && one.every((event, index) => event === other[index])
}
