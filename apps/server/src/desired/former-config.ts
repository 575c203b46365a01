import type { StoredConfig } from '@plugboard/core'
import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import { randomBytes } from 'node:crypto'

/**
 * A config as it was stored before there were references: without its secrets, and as a whole.
 * @returns the same with references where the whole has more than could be shown
 */
export function withReferences(shown: JsonObject, whole: JsonObject): StoredConfig {
  const secrets: Record<string, JsonValue> = {}
  const refer = (value: JsonValue): JsonObject => {
    const id = randomBytes(12).toString('base64url')
    secrets[id] = value
    return { $secret: id }
  }
  const merge = (part: JsonValue | undefined, full: JsonValue): JsonValue => {
    if (part === undefined) return refer(full)
    if (Array.isArray(full)) {
      // Items that were left out have moved the others: which ones could be shown is not known any more.
      if (!Array.isArray(part) || part.length !== full.length) return full.map((item: JsonValue) => refer(item))
      return full.map((item: JsonValue, index) => merge(part[index] as JsonValue, item))
    }
    if (typeof full !== 'object' || full === null) return full
    const isObject = typeof part === 'object' && part !== null && !Array.isArray(part)
    const fields = (isObject ? part : {}) as JsonObject
    return Object.fromEntries(
      Object.entries(full).map(([key, value]) => {
        return [key, merge(Object.hasOwn(fields, key) ? fields[key] : undefined, value as JsonValue)]
      }),
    )
  }
  return { shown: merge(shown, whole) as JsonObject, secrets }
}
