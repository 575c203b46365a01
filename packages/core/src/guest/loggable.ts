import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import { describeThrown } from '../guest-protocol/thrown.ts'
import { cutText } from '../util/cut-text.ts'

const MAX_MESSAGE = 8_192
const MAX_FIELDS = 65_536
/** Of objects in a copy of fields that are not JSON. */
const MAX_READ = 1_000

/** A log entry as it is sent: whatever a plugin logs, something that says it arrives. */
export interface Loggable {
  readonly message: string
  readonly fields: JsonObject | undefined
}

/**
 * Takes any message and any fields. An Error as the message becomes its name and message, with its stack in the field
 * `error`; a value that is no object becomes the field `value`. Fields that are too large are replaced by a note.
 */
export function loggable(message: unknown, fields: unknown): Loggable {
  if (message instanceof Error) {
    const { name, message: text } = describeThrown(message)
    return {
      message: cutText(`${name}: ${text}`, MAX_MESSAGE),
      fields: fieldsOf({ error: message, ...asObject(fields) }),
    }
  }
  return {
    message: cutText(textOf(message), MAX_MESSAGE),
    fields: fields === undefined ? undefined : fieldsOf(asObject(fields)),
  }
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message
  try {
    if (typeof message === 'object' && message !== null) return JSON.stringify(message, plain)
    return String(message)
  } catch {
    return 'a value that cannot be shown'
  }
}

function asObject(fields: unknown): object {
  if (fields instanceof Error) return { error: fields }
  const isList = Array.isArray(fields) || fields instanceof Map || fields instanceof Set
  if (typeof fields === 'object' && fields !== null && !isList) return fields
  return fields === undefined ? {} : { value: fields }
}

function fieldsOf(fields: object): JsonObject {
  const json = jsonOf(fields) ?? jsonOf(readable(fields))
  if (json === undefined) return { omitted: 'fields that are not JSON' }
  if (json.length > MAX_FIELDS) return { omitted: 'fields of more than 64 KiB' }
  const value: unknown = JSON.parse(json)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : { value: value as JsonValue }
}

/** Undefined for what JSON has no text for, and where a property throws. */
function jsonOf(fields: unknown): string | undefined {
  try {
    const json: string | undefined = JSON.stringify(fields, plain)
    return json
  } catch {
    return undefined
  }
}

/** A copy that says where it holds itself, and which properties throw. As JSON, because that is searched for secrets. */
function readable(fields: object): unknown {
  let left = MAX_READ
  const copy = (value: unknown, within: readonly unknown[]): unknown => {
    if (typeof value !== 'object' || value === null || value instanceof Error) return plain('', value)
    if (within.includes(value)) return '[circular]'
    if (left-- <= 0) return '[more]'
    const inside = [...within, value]
    const known = plain('', value)
    if (Array.isArray(known)) return known.map((item) => copy(item, inside))
    return Object.fromEntries(Object.keys(value).map((key) => [key, copy(read(value, key), inside)]))
  }
  return copy(fields, [])
}

function read(value: object, key: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>>)[key]
  } catch {
    return '[throws]'
  }
}

/** For `JSON.stringify`: what JSON would lose or refuse. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) return describeThrown(value)
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)]
  if (value instanceof Set) return [...(value as Set<unknown>)]
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return value
}
