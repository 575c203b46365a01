import type { JsonObject, JsonValue } from '@plugboard/protocol'

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array']
/** Keywords that say what to draw where there is no type. */
const SHAPES = ['$ref', 'enum', 'const', 'oneOf', 'anyOf', 'allOf', 'properties', 'items', 'dependentSchemas', 'if']

/**
 * Whether the form has a field for what a schema allows. If not, its value is edited as JSON: any value at all, values of
 * several types, tuples, maps by pattern, and structures that contain themselves.
 */
export function isDrawable(schema: JsonValue | undefined, root: JsonObject): boolean {
  if (!isObject(schema)) return false
  if (typeof schema.$ref === 'string') return !isRecursive(schema.$ref, root)
  if ('prefixItems' in schema || Array.isArray(schema.items)) return false
  if ('enum' in schema || 'const' in schema) return true
  // A new entry would need a name that fits one of the patterns.
  if ('patternProperties' in schema && schema.additionalProperties === false) return false
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((type) => type !== 'null')
  if (types.length > 1) return false
  const [type] = types
  if (type === 'array') return 'items' in schema
  if (type === undefined) return SHAPES.some((keyword) => keyword in schema)
  return TYPES.includes(type as string)
}

/** Whether what a reference stands for contains the same reference again. */
function isRecursive(ref: string, root: JsonObject): boolean {
  const waiting: JsonValue[] = [resolve(ref, root) ?? null]
  const seen = new Set<string>()
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (Array.isArray(part)) waiting.push(...part)
    if (!isObject(part)) continue
    const { $ref } = part
    if ($ref === ref) return true
    if (typeof $ref === 'string' && !seen.has($ref)) {
      seen.add($ref)
      waiting.push(resolve($ref, root) ?? null)
    }
    waiting.push(...Object.values(part).filter((value) => value !== undefined))
  }
  return false
}

function resolve(ref: string, root: JsonObject): JsonValue | undefined {
  if (ref === '#') return root
  if (!ref.startsWith('#/')) return undefined
  return ref
    .slice(2)
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<JsonValue | undefined>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), root)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
