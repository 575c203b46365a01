import { isSecretRef, own, type JsonObject, type JsonValue } from '@plugboard/protocol'
import { mergeConfigs } from './config-merge'
import { escapeSegment } from './json-pointer'

/** What one field was and is; undefined where it is not there. */
export interface FieldChange {
  /** JSON pointer. */
  readonly pointer: string
  readonly before: JsonValue | undefined
  readonly after: JsonValue | undefined
}

/** What turns the one config into the other, field by field. */
export function changesBetween(before: JsonObject, after: JsonObject): FieldChange[] {
  return compare(before, after, '')
}

/**
 * What two people have changed in one config: what of mine differs from theirs, and not what they alone have changed.
 * @param base what both began from
 */
export function changesAgainst(
  theirs: JsonObject,
  { base, mine }: { readonly base: JsonObject; readonly mine: JsonObject },
): FieldChange[] {
  const { merged, conflicts } = mergeConfigs(base, theirs, mine)
  const conflicting = conflicts.flatMap((one) => compare(one.theirs, one.mine, one.pointer))
  return [...conflicting, ...changesBetween(theirs, merged)]
}

function compare(before: JsonValue | undefined, after: JsonValue | undefined, pointer: string): FieldChange[] {
  if (isSecretRef(before) || isSecretRef(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ pointer, before, after }]
  }
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...keys].flatMap((key) => compare(own(before, key), own(after, key), `${pointer}/${escapeSegment(key)}`))
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length)
    return Array.from({ length }, (_, index) => compare(before[index], after[index], `${pointer}/${index}`)).flat()
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ pointer, before, after }]
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
