import { own, type JsonObject, type JsonValue } from '@plugboard/protocol'

/** Keywords whose values are no schemas: what they hold is not looked into. */
const DATA: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples'])
/** Those that hold schemas by a name that anybody chose. */
const MAPS: ReadonlySet<string> = new Set([
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
])

/**
 * The schema as the form library reads it. It knows what depends on a field by the one keyword of draft 7,
 * `dependencies`; later drafts have `dependentSchemas` and `dependentRequired` for that.
 */
export function formSchemaOf(schema: JsonObject): JsonObject {
  return rewrite(schema) as JsonObject
}

function rewrite(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(rewrite)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([key, part]): [string, JsonValue] => {
    if (part === undefined || DATA.has(key)) return [key, part ?? null]
    return [key, MAPS.has(key) && isObject(part) ? rewriteEach(part) : rewrite(part)]
  })
  const { dependentSchemas, dependentRequired, ...rest } = Object.fromEntries(fields)
  if (!isObject(dependentSchemas) && !isObject(dependentRequired)) return Object.fromEntries(fields)
  const [schemas, required] = [dependentSchemas, dependentRequired].map((part) => (isObject(part) ? part : {})) as [
    JsonObject,
    JsonObject,
  ]
  const before = isObject(rest.dependencies) ? rest.dependencies : {}
  const dependencies: Record<string, JsonValue> = { ...(before as Record<string, JsonValue>) }
  for (const name of new Set([...Object.keys(schemas), ...Object.keys(required)])) {
    const [one, needed] = [own(schemas, name), own(required, name)]
    dependencies[name] =
      one === undefined ? needed! : needed === undefined ? one : { allOf: [one, { required: needed }] }
  }
  return { ...rest, dependencies }
}

function rewriteEach(map: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(map).map(([name, part]) => [name, part === undefined ? null : rewrite(part)]),
  )
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
