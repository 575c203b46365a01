import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import { randomBytes } from 'node:crypto'
import { isJsonObject } from '../util/json-object.ts'

/** Stands where a value is that is not shown. Whoever sends it back means that value, wherever it stands now. */
export interface SecretRef {
  readonly $secret: string
}

/** A config as it is stored: what may be shown, with references, and the values that they stand for. */
export interface StoredConfig {
  readonly shown: JsonObject
  readonly secrets: Readonly<Record<string, JsonValue>>
}

export const NO_CONFIG: StoredConfig = { shown: {}, secrets: {} }

/** Grows when `collectSecrets` takes more for a secret: a host that keeps configs then hides them anew. */
export const SECRET_RULES = 2

const ID_BYTES = 12
/** Characters of a secret that is recognized wherever it stands, and where it is part of a text: a short one may be chance. */
const MIN_WHOLE = 4
const MIN_PART = 8

export function isSecretRef(value: unknown): value is SecretRef {
  if (!isJsonObject(value)) return false
  const keys = Object.keys(value)
  return keys.length === 1 && keys[0] === '$secret' && typeof value.$secret === 'string'
}

interface Revealed {
  readonly config: JsonObject
  /** Where references stood, by JSON pointer. */
  readonly refs: ReadonlyMap<string, string>
  /** Where references stood that no value is known for; there, the config has nothing. */
  readonly unknown: readonly string[]
}

/** The config with the values in place of their references. */
export function reveal(shown: JsonObject, secrets: Readonly<Record<string, JsonValue>>): Revealed {
  const refs = new Map<string, string>()
  const unknown: string[] = []
  const visit = (value: JsonValue, pointer: string): JsonValue | undefined => {
    if (isSecretRef(value)) {
      if (Object.hasOwn(secrets, value.$secret)) {
        refs.set(pointer, value.$secret)
        return structuredClone(secrets[value.$secret])
      }
      unknown.push(pointer)
      return undefined
    }
    if (Array.isArray(value)) {
      return value.flatMap((item: JsonValue, index) => {
        const shownItem = visit(item, `${pointer}/${index}`)
        return shownItem === undefined ? [] : [shownItem]
      })
    }
    if (!isJsonObject(value)) return value
    const fields = Object.entries(value).flatMap(([key, part]) => {
      const shownPart = part === undefined ? undefined : visit(part, `${pointer}/${escapePointer(key)}`)
      return shownPart === undefined ? [] : [[key, shownPart] as const]
    })
    return Object.fromEntries(fields)
  }
  // A config is an object: a reference in the place of the whole stands for nothing.
  const config = visit(shown, '')
  return { config: isJsonObject(config) && !isSecretRef(shown) ? config : {}, refs, unknown }
}

/** Where references stand in a config, by JSON pointer. */
export function refsIn(shown: JsonObject): ReadonlyMap<string, string> {
  const refs = new Map<string, string>()
  const visit = (value: JsonValue | undefined, pointer: string): void => {
    if (isSecretRef(value)) refs.set(pointer, value.$secret)
    else if (typeof value === 'object' && value !== null)
      for (const [key, part] of Object.entries(value)) visit(part, `${pointer}/${escapePointer(key)}`)
  }
  visit(shown, '')
  return refs
}

/**
 * Puts references in place of the values at these pointers.
 * @param known references that stood there, and their values: an unchanged value keeps its reference
 */
export function hide(
  config: JsonObject,
  pointers: Iterable<string>,
  known: { readonly refs: ReadonlyMap<string, string>; readonly secrets: StoredConfig['secrets'] },
): StoredConfig {
  const hidden = new Set(pointers)
  // What hides the whole config hides each of its fields.
  if (hidden.delete('')) for (const key of Object.keys(config)) hidden.add(`/${escapePointer(key)}`)
  const secrets: Record<string, JsonValue> = {}
  const visit = (value: JsonValue, pointer: string): JsonValue => {
    if (hidden.has(pointer)) {
      const before = known.refs.get(pointer)
      const isSame = before !== undefined && JSON.stringify(known.secrets[before]) === JSON.stringify(value)
      const id = isSame && !Object.hasOwn(secrets, before) ? before : randomBytes(ID_BYTES).toString('base64url')
      secrets[id] = value
      return { $secret: id }
    }
    if (Array.isArray(value)) return value.map((item: JsonValue, index) => visit(item, `${pointer}/${index}`))
    if (!isJsonObject(value)) return value
    const fields = Object.entries(value).map(([key, part]) => {
      return [key, visit(part as JsonValue, `${pointer}/${escapePointer(key)}`)] as const
    })
    return Object.fromEntries(fields)
  }
  return { shown: visit(config, '') as JsonObject, secrets }
}

/** Where a config holds what a secret holds that is known, as a whole or, if that is long, as a part. By JSON pointer. */
export function placesOf(secrets: StoredConfig['secrets'], config: JsonObject): string[] {
  const texts = Object.values(secrets).flatMap(textsOf)
  const wholes = new Set(texts.filter(({ length }) => length >= MIN_WHOLE))
  const parts = [...wholes].filter(({ length }) => length >= MIN_PART)
  const places: string[] = []
  const visit = (value: JsonValue, pointer: string): void => {
    if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value)
      if (wholes.has(text) || parts.some((part) => text.includes(part))) places.push(pointer)
    } else if (typeof value === 'object' && value !== null)
      for (const [key, part] of Object.entries(value)) visit(part as JsonValue, `${pointer}/${escapePointer(key)}`)
  }
  visit(config, '')
  return places
}

/** The texts and numbers, as text, that a secret holds. */
export function textsOf(secret: JsonValue): string[] {
  if (typeof secret === 'string') return [secret]
  if (typeof secret === 'number') return [String(secret)]
  if (typeof secret !== 'object' || secret === null) return []
  return Object.values(secret).flatMap((part) => textsOf(part as JsonValue))
}

/** RFC 6901 */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
