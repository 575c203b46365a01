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

/** `waiting` in the queue or on the way; `handling` since `waitedMs`; `missed`: the plugin was not active. */
export type DeliveryState = 'waiting' | 'handling' | 'missed' | EventFate

/** One event at one plugin. */
export interface TraceDelivery {
  readonly plugin: string
  /** That handled the event; null before. */
  readonly version: string | null
  readonly state: DeliveryState
  /** From the publication to the begin of the handler, in milliseconds; null before, or where it is unknown. */
  readonly waitedMs: number | null
  /** In the handler, in milliseconds; null before its end, or where it is unknown. */
  readonly tookMs: number | null
  /** Why it failed. */
  readonly error: { readonly name: string; readonly message: string } | null
}

/** What a plugin wanted to publish because of an event, and the bus refused. */
export interface TraceRefusal {
  readonly plugin: string
  readonly type: string
  readonly code: string
  readonly message: string
}

/** One event of a trace: where it went, and what was refused of what it caused. */
export interface TraceEvent {
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
  /** Grows from trace to trace, for as long as this host runs. */
  readonly id: number
  readonly reason: TraceReason
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** The first event. */
  readonly event: EventOutline
  readonly events: number
  readonly deliveries: number
  /** Deliveries that did not end as `handled`. */
  readonly unhandled: number
  /** Deliveries that have not ended. */
  readonly open: number
  /** Until the last handler ended that is known, in milliseconds. */
  readonly lastsMs: number
  /** What came after the trace was full: it is counted, and not followed. */
  readonly leftOut: number
}

export interface Trace extends TraceSummary {
  readonly parts: readonly TraceEvent[]
}

/** The next events of a pattern are followed, each of them. */
export interface TraceArming {
  readonly pattern: string
  /** How many more. */
  readonly remaining: number
  /** Epoch milliseconds. */
  readonly until: number
}
