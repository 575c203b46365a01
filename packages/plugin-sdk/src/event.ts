import type { JsonValue } from './json.ts'

/** What the bus adds to each event when it accepts it. */
export interface EventStamp {
  /** Unique within one host's run. */
  readonly id: string
  /** When the event was accepted, in epoch milliseconds. */
  readonly at: number
  /** Who published it: a plugin's id, or the name of a source of the host. */
  readonly source: string
}

/** The body of each event, as a publisher hands it over. Everything in it is JSON, 256 KiB encoded at most. */
export type EventBody =
  | { readonly type: 'vm.started'; readonly vmId: string }
  | { readonly type: 'vm.stopped'; readonly vmId: string }
  | { readonly type: 'device.added'; readonly deviceId: string; readonly deviceType: string }
  | { readonly type: 'device.removed'; readonly deviceId: string }
  | { readonly type: 'performance.update'; readonly metric: string; readonly value: number; readonly vmId?: string }
  | { readonly type: 'custom'; readonly eventType: string; readonly data: JsonValue }

/** An event as plugins receive it: a body and the bus's stamp. It is read-only. */
export type PluginEvent = EventBody & EventStamp

export type EventType = EventBody['type']

/** The events that the runtime itself defines. A custom event cannot take one of these names. */
export const CORE_EVENT_TYPES = [
  'vm.started',
  'vm.stopped',
  'device.added',
  'device.removed',
  'performance.update',
] as const satisfies readonly EventType[]

/** The name that subscriptions match: a core event's type, a custom event's `eventType`. */
export function topicOf(event: EventBody): string {
  return event.type === 'custom' ? event.eventType : event.type
}
