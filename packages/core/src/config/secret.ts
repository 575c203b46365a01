import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'

/** Returns the config without the values that its schema marks `writeOnly`. */
export function withoutSecrets(schema: JsonObject | undefined, config: JsonObject): JsonObject {
  return schema ? (strip(schema, schema, config) as JsonObject) : config
}

/** Returns the next config with the secrets of the previous one where it leaves them out: nobody can send back what never came out. */
export function withSecretsOf(schema: JsonObject | undefined, next: JsonObject, previous: JsonObject): JsonObject {
  return schema ? (fill({ root: schema, schema }, next, previous) as JsonObject) : next
}

function strip(root: JsonObject, schema: JsonObject, value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const items = schemasOf(root, schema)
      .map((part) => part.items)
      .find(isObject)
    return items ? value.map((item: JsonValue) => strip(root, items, item)) : value
  }
  if (!isObject(value)) return value
  const kept: Record<string, JsonValue> = {}
  for (const [key, part] of Object.entries(value)) {
    const property = propertyOf(root, schema, key)
    if (property && isSecret(root, property)) continue
    if (part !== undefined) kept[key] = property ? strip(root, property, part) : part
  }
  return kept
}

function fill(
  { root, schema }: { root: JsonObject; schema: JsonObject },
  next: JsonValue,
  previous: JsonValue | undefined,
): JsonValue {
  if (!isObject(next) || !isObject(previous)) return next
  const filled: Record<string, JsonValue | undefined> = { ...next }
  for (const [key, old] of Object.entries(previous)) {
    const property = propertyOf(root, schema, key)
    if (!property || old === undefined) continue
    const given = filled[key]
    if (given === undefined && isSecret(root, property)) filled[key] = old
    else if (given !== undefined) filled[key] = fill({ root, schema: property }, given, old)
  }
  return filled
}

function propertyOf(root: JsonObject, schema: JsonObject, key: string): JsonObject | undefined {
  for (const { properties } of schemasOf(root, schema)) {
    const property = isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined
    if (isObject(property)) return property
  }
  return undefined
}

function isSecret(root: JsonObject, schema: JsonObject): boolean {
  return schemasOf(root, schema).some((part) => part.writeOnly === true)
}

/** The schema itself, what it refers to inside the document, and its alternatives. */
function schemasOf(root: JsonObject, schema: JsonObject, depth = 0): JsonObject[] {
  if (depth > 8) return []
  const parts: JsonValue[] = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => {
    const list = schema[key]
    return Array.isArray(list) ? (list as JsonValue[]) : []
  })
  const { $ref } = schema
  if (typeof $ref === 'string' && $ref.startsWith('#/')) {
    const target = $ref
      .slice(2)
      .split('/')
      .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<JsonValue | undefined>((at, key) => (isObject(at) ? at[key] : undefined), root)
    if (target !== undefined) parts.push(target)
  }
  return [schema, ...parts.filter(isObject).flatMap((part) => schemasOf(root, part, depth + 1))]
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
