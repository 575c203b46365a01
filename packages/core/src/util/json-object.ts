import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether values are nested deeper in this one than so many levels. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const key in value) if (isDeeper((value as Readonly<Record<string, unknown>>)[key], levels - 1)) return true
  return false
}

/**
 * A private copy of a value, frozen in depth, or undefined where it is not JSON (a function, a BigInt, a cycle, no end of nesting).
 * @returns the copy and its size, encoded
 */
export function copyJson(value: unknown): { readonly value: JsonValue; readonly bytes: number } | undefined {
  try {
    const json = JSON.stringify(value) as string | undefined
    if (json === undefined) return undefined
    const copy = JSON.parse(json, (_key, part: JsonValue) => Object.freeze(part)) as JsonValue
    return { value: copy, bytes: Buffer.byteLength(json) }
  } catch {
    return undefined
  }
}
