import type { PluginEvent } from '@plugboard/plugin-sdk'

/** Why an event is followed: one of its type was due, an operator asked for it, or it was replayed. */
export type TraceReason = 'sampled' | 'armed' | 'replayed'

/** What is kept of an event: without the secrets of plugins, and its data only where that is small. */
export interface EventOutline extends Pick<
  PluginEvent,
  'id' | 'type' | 'at' | 'source' | 'subject' | 'origin' | 'data'
> {
  /** Its data is too large to be kept; null stands in its place. */
  readonly isCut: boolean
}

/** What became of an event that a plugin was sent. */
export type EventFate = 'handled' | 'failed' | 'dropped' | 'discarded' | 'in-doubt'

/** `waiting` in the queue or on the way to the plugin; `missed`: the plugin was not active. */
export type DeliveryState = 'waiting' | 'handling' | 'missed' | EventFate

/** One event at one plugin. */
export interface TraceDelivery {
  readonly plugin: string
  /** That handled the event; null before. */
  readonly version: string | null
  readonly state: DeliveryState
  /** From the publication to the begin of the handler, or until now, or until it was taken from the queue; in milliseconds. Null where it is unknown. */
  readonly waitedMs: number | null
  /** In the handler, to its end, or until now, in milliseconds. Null where none has begun, or where it is unknown. */
  readonly tookMs: number | null
  /** Why it failed. The message is left out of a replay, which may hold secrets that are known no more. */
  readonly error: { readonly name: string; readonly message: string } | null
}

/** What a plugin wanted to publish because of an event, and was refused. */
export interface TraceRefusal {
  readonly plugin: string
  readonly type: string
  readonly code: string
  /** Of the last one. */
  readonly message: string
  /** How often. */
  readonly times: number
}

/** One event of a trace: where it went, and what was refused of what it caused. */
export interface TracePart {
  readonly event: EventOutline
  /** Since the first event of the trace, in milliseconds. */
  readonly afterMs: number
  /** Which event of the trace was being handled when it was published, by its place in the list, and by which plugin. Null of the first one. */
  readonly cause: { readonly event: number; readonly plugin: string } | null
  readonly deliveries: readonly TraceDelivery[]
  readonly refusals: readonly TraceRefusal[]
}

/** An event, and what was published because of it: an outline. */
export interface TraceSummary {
  /** Grows from trace to trace, also when the host is started anew. */
  readonly id: number
  readonly reason: TraceReason
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** The first event. */
  readonly event: EventOutline
  readonly events: number
  readonly deliveries: number
  /** Deliveries that ended in another way than `handled`. */
  readonly unhandled: number
  /** Deliveries that have not ended. */
  readonly open: number
  /** To the last end that is known, or until now where something has not ended; in milliseconds. */
  readonly lastsMs: number
  /** Further events, deliveries and refusals: the trace is full, or a sample caused too much. */
  readonly leftOut: number
}

export interface Trace extends TraceSummary {
  readonly parts: readonly TracePart[]
}

/** The next events of a pattern are followed, each of them. */
export interface TraceArming {
  readonly pattern: string
  /** How many more. */
  readonly remaining: number
  /** Epoch milliseconds. */
  readonly until: number
}
