import type { EventOrigin, PluginEvent } from '@plugboard/plugin-sdk'
import { encodeData, encodeMore, encodeValues, type Encodable } from '../guest-protocol/event-codec.ts'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'
import type { EventFate } from '../tracing/trace.ts'
import type { TracedEvent } from '../tracing/traced-event.ts'
import type { Broadcast } from './broadcast.ts'
import type { CheckedEvent } from './event-check.ts'

/** A batch that was sent, and may be sent to another plugin as it is. */
export interface SentBatch {
  readonly events: readonly AcceptedEvent[]
  readonly payload: Buffer
}

/** Of an event without its data. */
const OBJECT_BYTES = 256

/** How an event came to the bus; one object for all plain publications of a host. */
export interface Publishing {
  /** One object for all events of one publisher. */
  readonly origin: EventOrigin
  /** How many handlers the event has come through. */
  readonly hops: number
  /** Follows the event where a publisher waits for its outcome. */
  readonly broadcast: Broadcast | null
  /** The key of the event that its publisher was handling, as that says, where it is followed; else 0. */
  readonly cause: number
}

/** What the bus adds to an event when it accepts it. */
export interface Stamp {
  /** Printable, without quotes or backslashes where the bus numbered it. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly at: number
  /** The last of a block of events: where batches end, so that plugins that get the same events get the same batches. */
  readonly endsBlock: boolean
}

/** An event that the bus took: checked, stamped, and encoded once for all plugins that get it. */
export class AcceptedEvent implements Encodable {
  readonly id: string
  readonly at: number
  readonly endsBlock: boolean
  /** What it holds in memory, roughly: its JSON, and what an object takes besides. */
  readonly bytes: number
  /** In how many mailboxes it waits. */
  queues = 0
  /** The last batch that began with this event. */
  batch: SentBatch | null = null
  /** Set where it is followed, before a plugin gets it. */
  traced: TracedEvent | null = null

  // Thousands of these objects wait in queues, so they refer to shared and existing objects instead of copying them.
  readonly #checked: CheckedEvent
  readonly #publishing: Publishing
  #event: PluginEvent | null = null
  #keys: string | null = null
  #values: string | null = null

  constructor(checked: CheckedEvent, publishing: Publishing, { id, at, endsBlock }: Stamp) {
    this.id = id
    this.at = at
    this.endsBlock = endsBlock
    this.bytes = checked.bytes + OBJECT_BYTES
    this.#checked = checked
    this.#publishing = publishing
  }

  get type(): string {
    return this.#checked.type
  }

  get source(): string {
    return this.#checked.source
  }

  get origin(): EventOrigin {
    return this.#publishing.origin
  }

  get hops(): number {
    return this.#publishing.hops
  }

  /** It waits for this plugin from now on. */
  expectedBy(plugin: string): void {
    this.#publishing.broadcast?.expect()
    this.traced?.expect(plugin)
  }

  /** This is what became of it at this plugin. @param error why it failed */
  settledBy(plugin: string, fate: EventFate, error?: ThrownInfo): void {
    this.#publishing.broadcast?.settle(fate)
    this.traced?.settle(plugin, fate, error)
  }

  get more(): boolean {
    const { subject, traceparent } = this.#checked
    return subject !== undefined || traceparent !== undefined
  }

  /** Made for receivers in this process: a guest is sent its values. */
  get event(): PluginEvent {
    this.#event ??= this.#makeEvent()
    return this.#event
  }

  get keys(): string {
    if (this.#keys === null) this.#encode()
    return this.#keys!
  }

  get values(): string {
    if (this.#values === null) this.#encode()
    return this.#values!
  }

  /**
   * Frozen, so that no receiver can change what the next one gets. Data that was copied as JSON is already frozen in
   * depth.
   */
  #makeEvent(): PluginEvent {
    const { id, at, origin } = this
    const { type, source, data, subject, traceparent } = this.#checked
    Object.freeze(data)
    const plain = { id, type, at, source, data, origin }
    if (!this.more) return Object.freeze(plain)
    const more = { ...(subject !== undefined && { subject }), ...(traceparent !== undefined && { traceparent }) }
    return Object.freeze({ ...plain, ...more })
  }

  #encode(): void {
    const { keys, values } = encodeData(this.#checked.data)
    const { id } = this.#checked
    // Ids of our own need no escaping.
    const safeId = id === undefined ? this.id : JSON.stringify(id).slice(1, -1)
    const plain = encodeValues(safeId, this.at, values)
    this.#keys = keys
    this.#values = this.more ? plain + encodeMore(this.#checked) : plain
  }
}
