import type { EventInput, EventTypes, JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import { PluginError, type Violation } from '../errors/plugin-error.ts'
import { copyJson } from '../util/json-object.ts'

/** An event as the host itself or a source publishes it. */
export interface HostEvent extends EventInput {
  /** Default: the bus numbers it. */
  readonly id?: string
  /** When it happened, in epoch milliseconds. Default: now. */
  readonly at?: number
}

/** An event that was checked: a private copy, so that the publisher’s object is free again. */
export interface CheckedEvent {
  readonly type: string
  readonly source: string
  readonly data: JsonValue
  /** Of the data as JSON, roughly. */
  readonly bytes: number
  readonly subject?: string
  readonly traceparent?: string
  /** Given by a source that has its own. */
  readonly id?: string
  readonly at?: number
}

/** The largest event, encoded. */
const MAX_EVENT_BYTES = 256 * 1_024
/** What an event holds besides its data. */
const STAMP_BYTES = 4_096
/**
 * An object with at most `MAX_FLAT_FIELDS` fields, with names and texts of at most this length, is small enough without
 * measuring its JSON.
 */
const MAX_FIELD = 1_024
const MAX_FLAT_FIELDS = 32
const MAX_TYPE = 256
const MAX_SOURCE = 256
const MAX_TEXT = 1_024
const TYPE = /^[^\s*.]+(?:\.[^\s*.]+)*$/
const MAX_KNOWN_TYPES = 10_000

/** @throws PluginError `EVENT_INVALID`, `TOO_LARGE` */
export function checkEvent(given: HostEvent, defaultSource: string): CheckedEvent {
  if (typeof given !== 'object' || given === null) throw invalid('', 'type', 'an event is an object')
  const { type, source = defaultSource, data = null } = given
  const check = checkOf(type)
  if (typeof source !== 'string' || source === '' || source.length > MAX_SOURCE) {
    throw invalid('/source', 'type', `source must be text of 1 to ${MAX_SOURCE} characters`)
  }
  if (check) {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      throw invalid('/data', 'type', 'data must be an object')
    }
    check(data as Readonly<Record<string, unknown>>)
  }
  const copy = copyData(data)
  const checked = { type, source, data: copy, bytes: lastBytes }
  const { subject, traceparent, id, at } = given
  const isPlain = subject === undefined && traceparent === undefined && id === undefined && at === undefined
  return isPlain ? checked : { ...checked, ...checkOptional(given) }
}

/** The attributes that most events have none of. @throws PluginError `EVENT_INVALID` */
function checkOptional({ subject, traceparent, id, at }: HostEvent): Partial<CheckedEvent> {
  if (subject !== undefined) checkText(subject, 'subject')
  if (traceparent !== undefined) checkText(traceparent, 'traceparent')
  if (id !== undefined) checkText(id, 'id')
  if (at !== undefined && !Number.isSafeInteger(at)) throw invalid('/at', 'type', 'at must be whole epoch milliseconds')
  return {
    ...(subject !== undefined && { subject }),
    ...(traceparent !== undefined && { traceparent }),
    ...(id !== undefined && { id }),
    ...(at !== undefined && { at }),
  }
}

/** The check of the data of an event of this type; null where any JSON will do. @throws PluginError `EVENT_INVALID` */
function checkOf(type: unknown): DataCheck | null {
  const known = typeof type === 'string' ? knownTypes.get(type) : undefined
  if (known !== undefined) return known
  if (typeof type !== 'string' || type.length > MAX_TYPE || !TYPE.test(type)) {
    const message = `type must be dot-separated names without blanks or *, ${MAX_TYPE} characters at most`
    throw invalid('/type', 'pattern', `${message}, not ${String(JSON.stringify(type)).slice(0, 80)}`)
  }
  if (knownTypes.size < MAX_KNOWN_TYPES) knownTypes.set(type, null)
  return null
}

/** @throws PluginError `EVENT_INVALID` */
type DataCheck = (data: Readonly<Record<string, unknown>>) => void

/** What the data of each type that ships must hold; other fields are let through. */
const SHIPPED: { readonly [Type in keyof EventTypes]: DataCheck } = {
  'vm.started': ({ vmId }) => checkText(vmId, 'vmId', '/data'),
  'vm.stopped': ({ vmId }) => checkText(vmId, 'vmId', '/data'),
  'device.added': ({ deviceId, deviceType }) => {
    checkText(deviceId, 'deviceId', '/data')
    checkText(deviceType, 'deviceType', '/data')
  },
  'device.removed': ({ deviceId }) => checkText(deviceId, 'deviceId', '/data'),
  'performance.update': ({ metric, value, vmId }) => {
    checkText(metric, 'metric', '/data')
    checkNumber(value, 'value')
    if (vmId !== undefined) checkText(vmId, 'vmId', '/data')
  },
  'plugin.failed': ({ id, code, message, nextRestartAt }) => {
    checkText(id, 'id', '/data')
    checkText(code, 'code', '/data')
    checkText(message, 'message', '/data')
    if (nextRestartAt != null) checkNumber(nextRestartAt, 'nextRestartAt')
  },
  'plugin.recovered': ({ id }) => checkText(id, 'id', '/data'),
}

/** The types that ship, and those that were found to be well-formed. */
const knownTypes = new Map<string, DataCheck | null>(Object.entries(SHIPPED))

function checkNumber(value: unknown, field: string): void {
  if (!Number.isFinite(value)) throw invalid(`/data/${field}`, 'type', `${field} must be a finite number`)
}

function checkText(value: unknown, field: string, within = ''): void {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_TEXT) return
  throw invalid(`${within}/${field}`, 'type', `${field} must be text of 1 to ${MAX_TEXT} characters`)
}

/** Of the last copy. A result of two values would be an object more for each event. */
let lastBytes = 0
/** What a field takes besides its name and its text. */
const FIELD_BYTES = 16

/** A private copy, and its size in `lastBytes`. @throws PluginError `EVENT_INVALID`, `TOO_LARGE` */
function copyData(value: unknown): JsonValue {
  if (isSmallScalar(value)) {
    lastBytes = FIELD_BYTES + (typeof value === 'string' ? value.length : 0)
    return value
  }
  const flat = copyFlat(value)
  if (flat) return flat
  const copy = copyJson(value)
  if (!copy) throw invalid('/data', 'type', 'data must be JSON')
  lastBytes = copy.bytes
  if (copy.bytes <= MAX_EVENT_BYTES - STAMP_BYTES) return copy.value
  const message = `an event of ${copy.bytes} bytes; the limit is ${MAX_EVENT_BYTES}`
  throw new PluginError('TOO_LARGE', message, { bytes: copy.bytes, limit: MAX_EVENT_BYTES })
}

/** Most data is one object of a few texts and numbers: copying that needs no JSON. Undefined for all other data. */
function copyFlat(value: unknown): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'toJSON' in value) return undefined
  // V8 clones a plain object in one step; field by field takes ten times as long.
  const copy: Record<string, unknown> = { ...value }
  let count = 0
  let bytes = 0
  for (const key in copy) {
    const field = copy[key]
    count += 1
    if (count > MAX_FLAT_FIELDS || key.length > MAX_FIELD || !isSmallScalar(field)) return undefined
    bytes += FIELD_BYTES + key.length + (typeof field === 'string' ? field.length : 0)
  }
  lastBytes = bytes
  return copy as JsonObject
}

function isSmallScalar(value: unknown): value is null | boolean | number | string {
  switch (typeof value) {
    case 'string':
      return value.length <= MAX_FIELD
    case 'number':
      return Number.isFinite(value)
    case 'boolean':
      return true
    default:
      return value === null
  }
}

function invalid(pointer: string, rule: string, message: string): PluginError<'EVENT_INVALID'> {
  const violation: Violation = { pointer, rule, message }
  return new PluginError('EVENT_INVALID', `event refused: ${message}`, [violation])
}
