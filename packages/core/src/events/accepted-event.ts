import type { EventOrigin, JsonValue, PluginEvent } from '@plugboard/plugin-sdk'
import { encodeData, encodeValues, type Encodable, type EncodedData } from '../guest-protocol/event-codec.ts'
import type { Broadcast } from './broadcast.ts'
import type { CheckedEvent, EventExtra } from './event-check.ts'

/** A batch that was sent, and may be sent to another plugin as it is. */
export interface SentBatch {
  readonly events: readonly AcceptedEvent[]
  readonly payload: Buffer
}

/** What the bus adds to an event when it accepts it. */
export interface Acceptance {
  /** Printable, without quotes or backslashes where the bus numbered it. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly at: number
  /** One object for all events of one publisher. */
  readonly origin: EventOrigin
  /** How many handlers it has come through. */
  readonly hops: number
  /** Follows the event where a publisher waits for its outcome. */
  readonly broadcast: Broadcast | null
  /** The last of a block of events: where batches end, so that plugins that get the same events get the same batches. */
  readonly endsBlock: boolean
}

const NO_EXTRA: EventExtra = { subject: undefined, traceparent: undefined, id: undefined, at: undefined }

/** An event that the bus took: checked, stamped, and encoded once for all plugins that get it. */
export class AcceptedEvent implements Encodable {
  readonly id: string
  readonly type: string
  readonly at: number
  readonly source: string
  readonly origin: EventOrigin
  readonly hops: number
  readonly broadcast: Broadcast | null
  readonly endsBlock: boolean
  /** The last batch that began with this event. */
  batch: SentBatch | null = null

  readonly #data: JsonValue
  readonly #extra: EventExtra | null
  #event: PluginEvent | null = null
  #encoded: EncodedData | null = null

  constructor(checked: CheckedEvent, { id, at, origin, hops, broadcast, endsBlock }: Acceptance) {
    this.id = id
    this.type = checked.type
    this.at = at
    this.source = checked.source
    this.origin = origin
    this.hops = hops
    this.broadcast = broadcast
    this.endsBlock = endsBlock
    this.#data = checked.data
    this.#extra = checked.extra
  }

  get more(): boolean {
    return this.#extra !== null && (this.#extra.subject !== undefined || this.#extra.traceparent !== undefined)
  }

  /** Made for receivers in this process: a guest is sent its values. */
  get event(): PluginEvent {
    this.#event ??= this.#makeEvent()
    return this.#event
  }

  get keys(): string {
    this.#encoded ??= this.#encode()
    return this.#encoded.keys
  }

  get values(): string {
    this.#encoded ??= this.#encode()
    return this.#encoded.values
  }

  /** So that no receiver can change what the next one gets; what was copied as JSON is frozen already. */
  #makeEvent(): PluginEvent {
    const { id, type, at, source, origin } = this
    const data = Object.freeze(this.#data)
    if (!this.more) return Object.freeze({ id, type, at, source, data, origin })
    const { subject, traceparent } = this.#extra!
    const more = { ...(subject !== undefined && { subject }), ...(traceparent !== undefined && { traceparent }) }
    return Object.freeze({ id, type, at, source, data, ...more, origin })
  }

  #encode(): EncodedData {
    const { keys, values } = encodeData(this.#data)
    const { subject, traceparent, id } = this.#extra ?? NO_EXTRA
    // Ids of our own need no escaping.
    const safeId = id === undefined ? this.id : JSON.stringify(id).slice(1, -1)
    return { keys, values: encodeValues({ id: safeId, at: this.at, subject, traceparent }, values) }
  }
}
