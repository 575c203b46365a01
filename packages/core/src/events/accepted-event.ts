import type { EventOrigin, PluginEvent } from '@plugboard/plugin-sdk'
import { encodeData, encodeValues, type Encodable } from '../guest-protocol/event-codec.ts'
import type { Broadcast } from './broadcast.ts'
import type { CheckedEvent } from './event-check.ts'

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

  readonly #checked: CheckedEvent
  #event: PluginEvent | undefined
  #keys = ''
  #values = ''

  constructor(checked: CheckedEvent, { id, at, origin, hops, broadcast, endsBlock }: Acceptance) {
    this.id = id
    this.type = checked.type
    this.at = at
    this.source = checked.source
    this.origin = origin
    this.hops = hops
    this.broadcast = broadcast
    this.endsBlock = endsBlock
    this.#checked = checked
  }

  get more(): boolean {
    return this.#checked.subject !== undefined || this.#checked.traceparent !== undefined
  }

  /** Made for receivers in this process: a guest is sent its values. */
  get event(): PluginEvent {
    const { id, type, at, source, origin } = this
    const { data, subject, traceparent } = this.#checked
    // So that no receiver can change what the next one gets; what was copied as JSON is frozen already.
    this.#event ??= Object.freeze({
      id,
      type,
      at,
      source,
      data: Object.freeze(data),
      ...(subject !== undefined && { subject }),
      ...(traceparent !== undefined && { traceparent }),
      origin,
    })
    return this.#event
  }

  get keys(): string {
    if (this.#values === '') this.#encode()
    return this.#keys
  }

  get values(): string {
    if (this.#values === '') this.#encode()
    return this.#values
  }

  #encode(): void {
    const { subject, traceparent, id } = this.#checked
    const { keys, values } = encodeData(this.#checked.data)
    // Ids of our own need no escaping.
    const safeId = id === undefined ? this.id : JSON.stringify(id).slice(1, -1)
    this.#keys = keys
    this.#values = encodeValues({ id: safeId, at: this.at, subject, traceparent }, values)
  }
}
