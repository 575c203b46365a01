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
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) return fields
  return fields === undefined ? {} : { value: fields }
}

function fieldsOf(fields: object): JsonObject {
  try {
    const json = JSON.stringify(fields, plain)
    if (json.length > MAX_FIELDS) return { omitted: 'fields of more than 64 KiB' }
    return JSON.parse(json) as JsonObject
  } catch {
    return { omitted: 'fields that are not JSON' }
  }
}

/** For `JSON.stringify`: what JSON would lose or refuse. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) return describeThrown(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return value
}
