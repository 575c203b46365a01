import type { EventOrigin, JsonValue, PluginEvent } from '@plugboard/plugin-sdk'
import { encodeValues, type Encodable } from '../guest-protocol/event-codec.ts'
import type { Broadcast } from './broadcast.ts'
import type { CheckedEvent } from './event-check.ts'

/** A batch that was sent, and may be sent to another plugin as it is. */
export interface SentBatch {
  readonly events: readonly AcceptedEvent[]
  readonly payload: Buffer
}

/** What the bus adds to an event when it accepts it. */
export interface EventStamp {
  readonly id: string
  /** Epoch milliseconds. */
  readonly at: number
  /** One object for all events of one publisher. */
  readonly origin: EventOrigin
}

/** An event that the bus took: checked, stamped, and encoded once for all plugins that get it. */
export class AcceptedEvent implements Encodable {
  readonly id: string
  readonly type: string
  readonly at: number
  readonly source: string
  readonly data: JsonValue
  readonly subject: string | undefined
  readonly traceparent: string | undefined
  readonly origin: EventOrigin
  /** How many handlers it has come through. */
  readonly hops: number
  /** Follows the event where a publisher waits for its outcome. */
  readonly broadcast: Broadcast | null
  /** The last of a block of events: where batches end, so that plugins that get the same events get the same batches. */
  readonly endsBlock: boolean
  /** The last batch that began with this event. */
  batch: SentBatch | null = null

  #event: PluginEvent | undefined
  #values: string | undefined

  constructor(
    { type, source, data, subject, traceparent }: CheckedEvent,
    { id, at, origin }: EventStamp,
    { hops, broadcast, endsBlock = false }: { hops: number; broadcast: Broadcast | null; endsBlock?: boolean },
  ) {
    this.id = id
    this.type = type
    this.at = at
    this.source = source
    this.data = data
    this.subject = subject
    this.traceparent = traceparent
    this.origin = origin
    this.hops = hops
    this.broadcast = broadcast
    this.endsBlock = endsBlock
  }

  get more(): boolean {
    return this.subject !== undefined || this.traceparent !== undefined
  }

  /** Made for receivers in this process: a guest is sent its values. */
  get event(): PluginEvent {
    const { id, type, at, source, data, subject, traceparent, origin } = this
    this.#event ??= Object.freeze({
      id,
      type,
      at,
      source,
      data,
      ...(subject !== undefined && { subject }),
      ...(traceparent !== undefined && { traceparent }),
      origin,
    })
    return this.#event
  }

  get values(): string {
    this.#values ??= encodeValues(this)
    return this.#values
  }
}
