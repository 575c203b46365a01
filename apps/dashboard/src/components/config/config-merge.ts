import { isSecretRef, own, type JsonObject, type JsonValue } from '@plugboard/protocol'
import { escapeSegment, segmentsOf } from './json-pointer'

/** A field that two people changed in different ways; undefined where it is not there. */
export interface MergeConflict {
  /** JSON pointer. */
  readonly pointer: string
  readonly theirs: JsonValue | undefined
  readonly mine: JsonValue | undefined
}

export interface ConfigMerge {
  /** Both sets of changes; theirs where the changes conflict. */
  readonly merged: JsonObject
  readonly conflicts: readonly MergeConflict[]
}

/**
 * Merges two changes of one config, field by field. A list is one field: which of its items are the same cannot be known.
 * @param base what both began from
 */
export function mergeConfigs(base: JsonObject, theirs: JsonObject, mine: JsonObject): ConfigMerge {
  const conflicts: MergeConflict[] = []
  const merged = mergeValues({ base, theirs, mine }, '', conflicts) as JsonObject
  return { merged, conflicts }
}

interface Sides {
  readonly base: JsonValue | undefined
  readonly theirs: JsonValue | undefined
  readonly mine: JsonValue | undefined
}

function mergeValues(
  { base, theirs, mine }: Sides,
  pointer: string,
  conflicts: MergeConflict[],
): JsonValue | undefined {
  if (isSame(theirs, mine) || isSame(base, mine)) return theirs
  if (isSame(base, theirs)) return mine
  if (!isObject(theirs) || !isObject(mine) || isSecretRef(theirs) || isSecretRef(mine)) {
    conflicts.push({ pointer, theirs, mine })
    return theirs
  }
  const before = isObject(base) ? base : {}
  const merged: Record<string, JsonValue> = {}
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const sides = { base: own(before, key), theirs: own(theirs, key), mine: own(mine, key) }
    const value = mergeValues(sides, `${pointer}/${escapeSegment(key)}`, conflicts)
    if (value !== undefined)
      Object.defineProperty(merged, key, { value, enumerable: true, configurable: true, writable: true })
  }
  return merged
}

/** A copy of the config with another value at a pointer; without the field for undefined. */
export function withValueAt(config: JsonObject, pointer: string, value: JsonValue | undefined): JsonObject {
  return replaceAt(config, segmentsOf(pointer), value) as JsonObject
}

function replaceAt(
  at: JsonValue | undefined,
  [name, ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (name === undefined) return value
  const fields = isObject(at) ? at : {}
  const next = replaceAt(own(fields, name), rest, value)
  const entries = Object.entries(fields).filter(([key]) => key !== name)
  return Object.fromEntries(next === undefined ? entries : [...entries, [name, next]])
}

/** In whatever order keys were written. */
function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a)
    return keys.length === Object.keys(b).length && keys.every((key) => isSame(own(a, key), own(b, key)))
  }
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]))
  return a === b
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
