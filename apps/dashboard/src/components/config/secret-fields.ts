import { isSecretRef, own, type JsonObject, type JsonValue } from '@plugboard/protocol'
import { escapeSegment, segmentsOf } from './json-pointer'

// What is stored is a reference anyway. These hide what was just typed.

const HIDDEN = '•••'

/** Whether a schema marks its value as a secret, as the server takes it. */
export function marksSecret({ writeOnly, format }: JsonObject): boolean {
  return writeOnly === true || format === 'password'
}

/** Whether a field, or one around it, is a secret by the schema: along properties and items, as the form shows them. */
export function isSecret(schema: JsonObject | null, pointer: string): boolean {
  let at: JsonValue | undefined = schema ?? undefined
  for (const name of segmentsOf(pointer)) {
    if (!isObject(at)) return false
    const { properties, items }: JsonObject = at
    at = isObject(properties) && own(properties, name) !== undefined ? own(properties, name) : items
    if (isObject(at) && marksSecret(at)) return true
  }
  return false
}

/** What stands at a pointer, with a mark in place of each secret in it. */
export function withoutSecrets(schema: JsonObject | null, pointer: string, value: JsonValue): JsonValue {
  if (isSecretRef(value) || isSecret(schema, pointer)) return HIDDEN
  if (Array.isArray(value))
    return value.map((item: JsonValue, index) => withoutSecrets(schema, `${pointer}/${index}`, item))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      return [key, withoutSecrets(schema, `${pointer}/${escapeSegment(key)}`, part)] as const
    }),
  )
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
