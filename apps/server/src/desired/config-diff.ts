import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import { withoutSecrets } from '@plugboard/core'
import type { ChangedField } from '../store/tables/config-revisions.ts'

type Difference = Omit<ChangedField, 'isSecret'>

/** The fields that differ, by JSON pointer and without their values. Secret fields are marked with `isSecret`. */
export function diffConfigs(before: JsonObject, after: JsonObject, schema: JsonObject | undefined): ChangedField[] {
  const shown = new Set(
    differences(withoutSecrets(schema, before), withoutSecrets(schema, after)).map(({ pointer }) => pointer),
  )
  return differences(before, after).map((change) => ({ ...change, isSecret: !shown.has(change.pointer) }))
}

function differences(before: JsonValue | undefined, after: JsonValue | undefined, pointer = ''): Difference[] {
  if (before === undefined) return after === undefined ? [] : [{ pointer, kind: 'added' }]
  if (after === undefined) return [{ pointer, kind: 'removed' }]
  if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
    const [one, other] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
    const keys = new Set([...one.keys(), ...other.keys()])
    return [...keys].flatMap((key) => differences(one.get(key), other.get(key), `${pointer}/${escape(key)}`))
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ pointer, kind: 'changed' }]
}

function isContainer(value: JsonValue): value is JsonObject | JsonValue[] {
  return typeof value === 'object' && value !== null
}

/** RFC 6901 */
function escape(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
