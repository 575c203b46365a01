import {
  CORE_EVENT_TYPES,
  topicOf,
  type EventBody,
  type EventStamp,
  type EventType,
  type JsonValue,
  type PluginEvent,
} from '@plugboard/plugin-sdk'
import { encodeValues, type Encodable } from '../guest-protocol/event-codec.ts'
import { copyJson } from '../util/json-object.ts'
import { PluginError, type Violation } from '../errors/plugin-error.ts'
import type { Broadcast } from './broadcast.ts'

/** The largest event, encoded. */
const MAX_EVENT_BYTES = 256 * 1_024
/** What an event carries besides its data. */
const STAMP_BYTES = 2_048
/** So that an event of plain fields needs no encoding to be known as small enough. */
const MAX_FIELD = 1_024
const TOPIC = /^[^\s*.]+(?:\.[^\s*.]+)*$/

/** A batch that was sent, and may be sent to another plugin as it is. */
export interface SentBatch {
  readonly events: readonly AcceptedEvent[]
  readonly payload: Buffer
}

/** An event that the bus took: checked, stamped, and encoded once for all who get it. */
export class AcceptedEvent implements Encodable {
  readonly id: string
  readonly at: number
  readonly source: string
  readonly topic: string
  readonly hops: number
  /** Follows the event where somebody waits for its outcome. */
  readonly broadcast: Broadcast | null
  /** The last of a block of events: where batches end, so that those who get the same events get the same batches. */
  readonly endsBlock: boolean
  /** The last batch that began with this event. */
  batch: SentBatch | null = null
  readonly #body: EventBody
  #event: PluginEvent | undefined
  #values: string | undefined

  /** @param body of {@link checkEvent} */
  constructor(
    body: EventBody,
    { id, at, source }: EventStamp,
    { hops, broadcast, endsBlock = false }: { hops: number; broadcast: Broadcast | null; endsBlock?: boolean },
  ) {
    this.#body = body
    this.id = id
    this.at = at
    this.source = source
    this.topic = topicOf(body)
    this.hops = hops
    this.broadcast = broadcast
    this.endsBlock = endsBlock
  }

  get type(): EventType {
    return this.#body.type
  }

  /** Made when somebody in this process gets it: a guest is sent its values. */
  get event(): PluginEvent {
    const { id, at, source } = this
    this.#event ??= Object.freeze({ ...this.#body, id, at, source })
    return this.#event
  }

  get values(): string {
    this.#values ??= encodeValues(this.#body, this)
    return this.#values
  }
}

/**
 * Checks an event's body and copies it, so that the publisher's object is free again.
 * @throws PluginError `EVENT_INVALID`, `TOO_LARGE`
 */
export function checkEvent(body: EventBody): EventBody {
  if (typeof body !== 'object' || body === null) throw invalid('', 'type', 'an event is an object')
  switch (body.type) {
    case 'vm.started':
    case 'vm.stopped':
      return { type: body.type, vmId: text(body.vmId, 'vmId') }
    case 'device.added': {
      const deviceId = text(body.deviceId, 'deviceId')
      return { type: body.type, deviceId, deviceType: text(body.deviceType, 'deviceType') }
    }
    case 'device.removed':
      return { type: body.type, deviceId: text(body.deviceId, 'deviceId') }
    case 'performance.update': {
      const { type, value, vmId } = body
      if (!Number.isFinite(value)) throw invalid('/value', 'type', 'value must be a finite number')
      const metric = text(body.metric, 'metric')
      return vmId === undefined ? { type, metric, value } : { type, metric, value, vmId: text(vmId, 'vmId') }
    }
    case 'custom':
      return checkCustom(body)
    default: {
      const given = String((body as { type?: unknown }).type).slice(0, 64)
      throw invalid(
        '/type',
        'enum',
        `type must be one of ${[...CORE_EVENT_TYPES, 'custom'].join(', ')}, not "${given}"`,
      )
    }
  }
}

function checkCustom(body: Extract<EventBody, { type: 'custom' }>): EventBody {
  const eventType = text(body.eventType, 'eventType')
  if (eventType.length > 256 || !TOPIC.test(eventType)) {
    throw invalid(
      '/eventType',
      'pattern',
      'eventType must be dot-separated names without blanks or *, 256 characters at most',
    )
  }
  if ((CORE_EVENT_TYPES as readonly string[]).includes(eventType)) {
    throw invalid('/eventType', 'not', `${eventType} is the name of a core event: publish it as type "${eventType}"`)
  }
  return { type: 'custom', eventType, data: checkData(body.data) }
}

/** A frozen copy, so that no receiver can change what the next one gets. */
function checkData(value: JsonValue): JsonValue {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'string' && value.length <= MAX_FIELD) return value
  const copy = copyJson(value)
  if (!copy) throw invalid('/data', 'type', 'data must be JSON')
  if (copy.bytes <= MAX_EVENT_BYTES - STAMP_BYTES) return copy.value
  const message = `an event of ${copy.bytes} bytes; the limit is ${MAX_EVENT_BYTES}`
  throw new PluginError('TOO_LARGE', message, { bytes: copy.bytes, limit: MAX_EVENT_BYTES })
}

function text(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_FIELD) return value
  throw invalid(`/${field}`, 'type', `${field} must be text of 1 to ${MAX_FIELD} characters`)
}

function invalid(pointer: string, rule: string, message: string): PluginError<'EVENT_INVALID'> {
  const violation: Violation = { pointer, rule, message }
  return new PluginError('EVENT_INVALID', `event refused: ${message}`, [violation])
}
