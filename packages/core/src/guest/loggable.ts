import { inspect } from 'node:util'
import type { JsonObject } from '@plugboard/plugin-sdk'
import { describeThrown } from '../guest-protocol/thrown.ts'
import { cutText } from '../util/cut-text.ts'

const MAX_MESSAGE = 8_192
const MAX_FIELDS = 65_536

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
  let json
  try {
    json = JSON.stringify(fields, plain)
  } catch {
    // It holds itself, or a property throws.
    return { shown: shownOf(fields) }
  }
  if (json.length > MAX_FIELDS) return { omitted: 'fields of more than 64 KiB' }
  return JSON.parse(json) as JsonObject
}

function shownOf(fields: object): string {
  try {
    return cutText(inspect(fields, { depth: 4, maxArrayLength: 50, maxStringLength: 1_000 }), MAX_MESSAGE)
  } catch {
    return 'a value that cannot be shown'
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
