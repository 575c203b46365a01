import type { HostEvent } from '@plugboard/core'
import type { EventTypes } from '@plugboard/plugin-sdk'

/** An event of a type that ships, with its data. */
export type ShippedEvent = {
  [Type in keyof EventTypes]: HostEvent & { readonly type: Type; readonly data: EventTypes[Type] }
}[keyof EventTypes]

/** Where a source puts its events. Never throws: an event that the bus refuses is counted, and shown with why. */
export interface EventSink {
  publish(event: HostEvent): void
}

/** What a source says of itself, beside what is counted of its events. */
export interface SourceDetail {
  /** One plain sentence; null where all is well. */
  readonly problem: string | null
}

/** Where events come from: this machine, a hypervisor, another host. */
export interface EventSource {
  /** `[a-z0-9-]`: the `source` of its events, and its name on the board. */
  readonly name: string
  /**
   * Publishes until the signal is aborted. Events that the source publishes in its abort listener are still delivered.
   * @throws what keeps it from starting: the source has failed then, and other sources go on
   */
  start(sink: EventSink, signal: AbortSignal): void | Promise<void>
  status(): SourceDetail
}
