import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import { isJsonObject } from '../util/json-object.ts'

/** Returns a copy of the config without the values that its schema marks `writeOnly`. */
export function withoutSecrets(schema: JsonObject | undefined, config: JsonObject): JsonObject {
  if (!schema) return structuredClone(config)
  return (strip(schema, [schema], config) ?? {}) as JsonObject
}

/** Returns the next config with the secrets of the previous one where it leaves them out: a caller cannot send back a secret that it never received. */
export function withSecretsOf(schema: JsonObject | undefined, next: JsonObject, previous: JsonObject): JsonObject {
  return schema ? (fill({ root: schema, schemas: [schema] }, next, previous) as JsonObject) : next
}

/**
 * Returns a config without the values that were secret when it was stored and are not secret by the current schema: a
 * renamed property must not reveal a secret.
 * @param shown what could be shown of it when it was kept
 */
export function withoutFormerSecrets(
  schema: JsonObject | undefined,
  { config, shown }: { readonly config: JsonObject; readonly shown: JsonObject },
): JsonObject {
  return dropped(config, shown, withoutSecrets(schema, config)) as JsonObject
}

/** The texts and numbers, as text, that a config holds where its schema says `writeOnly`. */
export function secretValues(schema: JsonObject, config: JsonObject): string[] {
  return collect({ root: schema, schemas: [schema] }, config, false)
}

function collect(
  { root, schemas }: { readonly root: JsonObject; readonly schemas: readonly JsonObject[] },
  value: JsonValue | undefined,
  isSecret: boolean,
): string[] {
  const all = expand(root, schemas)
  const secret = isSecret || all.some((schema) => schema.writeOnly === true)
  if (Array.isArray(value)) {
    return value.flatMap((item: JsonValue, index) => collect({ root, schemas: itemSchemas(all, index) }, item, secret))
  }
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([key, part]) =>
      collect({ root, schemas: propertySchemas(all, key) }, part, secret),
    )
  }
  return secret && (typeof value === 'string' || typeof value === 'number') ? [String(value)] : []
}

/**
 * Undefined if the value itself is a secret. If several schemas apply to a value, it is a secret if any of them marks
 * it.
 */
function strip(root: JsonObject, schemas: readonly JsonObject[], value: JsonValue): JsonValue | undefined {
  const all = expand(root, schemas)
  if (all.some((schema) => schema.writeOnly === true)) return undefined
  if (Array.isArray(value)) {
    return value.flatMap((item: JsonValue, index) => {
      const kept = strip(root, itemSchemas(all, index), item)
      return kept === undefined ? [] : [kept]
    })
  }
  if (!isJsonObject(value)) return value
  const kept = Object.entries(value).flatMap(([key, part]) => {
    const shown = part === undefined ? undefined : strip(root, propertySchemas(all, key), part)
    return shown === undefined ? [] : [[key, shown] as const]
  })
  return Object.fromEntries(kept)
}

function fill(
  { root, schemas }: { readonly root: JsonObject; readonly schemas: readonly JsonObject[] },
  next: JsonValue | undefined,
  previous: JsonValue | undefined,
): JsonValue | undefined {
  const all = expand(root, schemas)
  if (next === undefined) return all.some((schema) => schema.writeOnly === true) ? previous : undefined
  if (Array.isArray(next) && Array.isArray(previous)) {
    return next.map((item: JsonValue, index) => {
      return fill({ root, schemas: itemSchemas(all, index) }, item, previous[index] as JsonValue | undefined) ?? item
    })
  }
  if (!isJsonObject(next) || !isJsonObject(previous)) return next
  const keys = [...new Set([...Object.keys(next), ...Object.keys(previous)])]
  const filled = keys.flatMap((key) => {
    const value = fill({ root, schemas: propertySchemas(all, key) }, next[key], previous[key])
    return value === undefined ? [] : [[key, value] as const]
  })
  return Object.fromEntries(filled)
}

function propertySchemas(schemas: readonly JsonObject[], key: string): JsonObject[] {
  return schemas.flatMap(({ properties, patternProperties, additionalProperties }) => {
    const named = isJsonObject(properties) && Object.hasOwn(properties, key) ? [properties[key]] : []
    const matching = isJsonObject(patternProperties) ? Object.values(patternProperties) : []
    // Property patterns are not matched here, so every pattern applies: hiding too much is safer than revealing a
    // secret.
    return [...named, ...matching, ...(named.length === 0 ? [additionalProperties] : [])].filter(isJsonObject)
  })
}

function itemSchemas(schemas: readonly JsonObject[], index: number): JsonObject[] {
  return schemas.flatMap(({ items, prefixItems, additionalItems, contains }) => {
    const listed = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : []
    return [listed[index] as JsonValue | undefined, items, additionalItems, contains].filter(isJsonObject)
  })
}

const COMBINATIONS = ['allOf', 'anyOf', 'oneOf'] as const
const BRANCHES = ['if', 'then', 'else'] as const
const MAX_DEPTH = 8

/** The schemas themselves, what they refer to inside the document, and their alternatives. */
function expand(root: JsonObject, schemas: readonly JsonObject[], depth = 0): JsonObject[] {
  if (depth > MAX_DEPTH) return []
  return schemas.flatMap((schema) => {
    const combined = COMBINATIONS.flatMap((key) => {
      const list = schema[key]
      return Array.isArray(list) ? (list as JsonValue[]) : []
    })
    const parts = [...combined, ...BRANCHES.map((key) => schema[key]), referred(root, schema.$ref)].filter(isJsonObject)
    return [schema, ...expand(root, parts, depth + 1)]
  })
}

function referred(root: JsonObject, ref: JsonValue | undefined): JsonValue | undefined {
  if (ref === '#') return root
  if (typeof ref !== 'string' || !ref.startsWith('#/')) return undefined
  return ref
    .slice(2)
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<JsonValue | undefined>((at, key) => (isJsonObject(at) ? at[key] : undefined), root)
}

/** What is not in `then` but is in `now` is left out. */
function dropped(value: JsonValue, then: JsonValue, now: JsonValue): JsonValue {
  if (Array.isArray(value) && Array.isArray(then) && Array.isArray(now)) {
    return value.map((item: JsonValue, index) => dropped(item, then[index] ?? null, now[index] ?? null))
  }
  if (!isJsonObject(value) || !isJsonObject(then) || !isJsonObject(now)) return value
  const kept = Object.entries(value).filter(([key]) => Object.hasOwn(then, key) || !Object.hasOwn(now, key))
  return Object.fromEntries(
    kept.map(([key, part]) => [key, dropped(part as JsonValue, then[key] ?? null, now[key] ?? null)]),
  )
}
