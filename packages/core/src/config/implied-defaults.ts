import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import { isJsonObject } from '../util/json-object.ts'

/** Keywords whose value is a schema in which Ajv fills in defaults, and those that hold a map of such schemas. */
const SCHEMAS = ['additionalProperties', 'items'] as const
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions'] as const

/**
 * A copy of a schema in which an object that is left out, and whose fields have defaults, has the default `{}`. The
 * validator, which fills in fields only where their object exists, then fills in all of them. An object that would be
 * invalid with its defaults alone stays left out.
 */
export function withImpliedDefaults(schema: JsonObject): JsonObject {
  const copy: Record<string, JsonValue | undefined> = { ...schema }
  for (const keyword of SCHEMAS) if (isJsonObject(copy[keyword])) copy[keyword] = withImpliedDefaults(copy[keyword])
  if (Array.isArray(copy.allOf))
    copy.allOf = copy.allOf.map((part) => (isJsonObject(part) ? withImpliedDefaults(part) : part))
  for (const keyword of MAPS) {
    const map = copy[keyword]
    if (!isJsonObject(map)) continue
    const parts = Object.entries(map).map(([name, part]): [string, JsonValue | undefined] => {
      if (!isJsonObject(part)) return [name, part]
      const inner = withImpliedDefaults(part)
      return [name, keyword === 'properties' && impliesDefault(inner) ? { ...inner, default: {} } : inner]
    })
    copy[keyword] = Object.fromEntries(parts)
  }
  return copy
}

/** @param schema one whose own properties have their implied defaults already */
function impliesDefault({ type, default: given, properties, required, ...others }: JsonObject): boolean {
  if (type !== 'object' || given !== undefined || !isJsonObject(properties)) return false
  // What else it demands of its object is not looked at: then nothing is assumed.
  if (['minProperties', 'dependentRequired', 'if', 'not', 'anyOf', 'oneOf'].some((keyword) => keyword in others))
    return false
  const withDefault = Object.keys(properties).filter((name) => {
    const property = properties[name]
    return isJsonObject(property) && property.default !== undefined
  })
  return (
    withDefault.length > 0 && (!Array.isArray(required) || required.every((name) => withDefault.includes(String(name))))
  )
}
