import { isSecretRef } from '@plugboard/core'
import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import type { ChangedField } from '../store/tables/config-revisions.ts'

/** A change with more fields is told by the object or list that they are in. */
const MAX_CHANGES = 200

/**
 * The fields that differ, by JSON pointer and without their values; at most 200. A secret is changed if its reference is
 * another one.
 */
export function diffConfigs(before: JsonObject, after: JsonObject): ChangedField[] {
  return differences(before, after, '')
}

function differences(before: JsonValue | undefined, after: JsonValue | undefined, pointer: string): ChangedField[] {
  const isSecret = isSecretRef(before) || isSecretRef(after)
  if (before === undefined) return after === undefined ? [] : [{ pointer, kind: 'added', isSecret }]
  if (after === undefined) return [{ pointer, kind: 'removed', isSecret }]
  if (!isSecret && isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
    const [one, other] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
    const keys = new Set([...one.keys(), ...other.keys()])
    const inside = [...keys].flatMap((key) => differences(one.get(key), other.get(key), `${pointer}/${escape(key)}`))
    return inside.length > MAX_CHANGES ? [{ pointer, kind: 'changed', isSecret: false }] : inside
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ pointer, kind: 'changed', isSecret }]
}

function isContainer(value: JsonValue): value is JsonObject | JsonValue[] {
  return typeof value === 'object' && value !== null
}

/** RFC 6901 */
function escape(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
