import { z } from 'zod'
import * as accessViews from '../access-view.ts'
import { jsonObject, jsonValue } from '../json.ts'
import * as recordViews from '../record-view.ts'
import * as views from '../view.ts'
import { ERROR_STATUS } from '../wire-error.ts'
import type { Operation } from './operation.ts'

type Json = Record<string, unknown>

const SUCCESS: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No content' }

/** The table of operations as OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.0. */
export function openApi(operations: Readonly<Record<string, Operation>>, version: string, basePath = ''): Json {
  const paths: Record<string, Json> = {}
  const components: Record<string, Json> = { Problem: PROBLEM, JsonValue: ANY_JSON }
  for (const [name, one] of Object.entries(operations)) {
    const path = `/api/v1${one.rest.path}`
    paths[path] = { ...paths[path], [one.rest.method.toLowerCase()]: describe(name, one, components) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plugboard',
      version,
      description: 'A plugin runtime for Node.js with a live operations board.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: basePath || '/', description: 'This server' }],
    tags: tagsOf(Object.keys(operations)),
    security: [{ bearer: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API token' },
        session: { type: 'apiKey', in: 'cookie', name: 'plugboard.session_token' },
      },
      responses: {
        Problem: {
          description: 'A refusal: RFC 9457 problem details with a code',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      schemas: components,
    },
  }
}

/** Without its structure: a type that refers to itself is more than generators of clients can write. */
const ANY_JSON: Json = { description: 'Any JSON value' }

const PROBLEM: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'message', 'details'],
  properties: {
    type: { const: 'about:blank' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', examples: Object.keys(ERROR_STATUS) },
    message: { type: 'string' },
    details: {},
  },
}

/** One for each noun, such as `plugins`. */
function tagsOf(names: readonly string[]): Json[] {
  return [...new Set(names.map((name) => name.split('.')[0]!))].map((name) => ({ name }))
}

function describe(
  name: string,
  { role, summary, input, output, rest }: Operation,
  components: Record<string, Json>,
): Json {
  const { properties = {}, required = [] } = schemaOf(input, 'input', components) as {
    properties?: Record<string, Json>
    required?: readonly string[]
  }
  const inPath = [...rest.path.matchAll(/\{(\w+)\}/g)].map(([, field]) => field!)
  const isHeader = (field: string): boolean => field === rest.ifMatchField
  const others = Object.keys(properties).filter((field) => !inPath.includes(field) && !isHeader(field))
  const hasBody = rest.method === 'POST' || rest.method === 'PUT'
  const parameter = (field: string, place: 'path' | 'query'): Json => {
    const isRequired = place === 'path' || required.includes(field)
    return { name: field, in: place, required: isRequired, schema: properties[field] }
  }
  const status = rest.status ?? 200
  return {
    operationId: name,
    summary,
    description: `Needs the role ${role}.`,
    tags: [name.split('.')[0]],
    parameters: [
      ...inPath.map((field) => parameter(field, 'path')),
      ...(hasBody ? [] : others.map((field) => parameter(field, 'query'))),
      ...(rest.ifMatchField ? [{ name: 'If-Match', in: 'header', required: false, schema: { type: 'string' } }] : []),
      ...(rest.method === 'GET' ? [] : [IDEMPOTENCY_KEY]),
    ],
    ...(hasBody && others.length > 0 && { requestBody: bodyOf({ properties, required, others }, rest.bodyField) }),
    responses: {
      [status]: {
        description: SUCCESS[status],
        ...(status !== 204 && { content: { 'application/json': { schema: schemaOf(output, 'output', components) } } }),
      },
      '4XX': { $ref: '#/components/responses/Problem' },
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key within 24 hours gets the same answer, and the operation runs once',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

interface Fields {
  readonly properties: Readonly<Record<string, Json>>
  readonly required: readonly string[]
  readonly others: readonly string[]
}

function bodyOf({ properties, required, others }: Fields, bodyField: string | undefined): Json {
  if (bodyField !== undefined) {
    const schema = properties[bodyField]!
    const one = (schema as { items?: Json }).items ?? {}
    return {
      required: true,
      content: {
        'application/json': { schema: { oneOf: [one, schema] } },
        'application/cloudevents+json': { schema: one },
        'application/cloudevents-batch+json': { schema },
      },
    }
  }
  const demanded = others.filter((field) => required.includes(field))
  const schema = {
    type: 'object',
    properties: Object.fromEntries(others.map((field) => [field, properties[field]])),
    ...(demanded.length > 0 && { required: demanded }),
    additionalProperties: false,
  }
  return { required: demanded.length > 0, content: { 'application/json': { schema } } }
}

/** The schemas of views, which many answers share: each is a component with a name. */
const NAMED = namedSchemas({ jsonValue, jsonObject, ...accessViews, ...recordViews, ...views })

function namedSchemas(schemas: Readonly<Record<string, unknown>>): z.core.$ZodRegistry<{ id: string }> {
  const registry = z.registry<{ id: string }>()
  for (const [name, schema] of Object.entries(schemas)) {
    if (schema instanceof z.ZodType) registry.add(schema, { id: componentName(name, schemas) })
  }
  return registry
}

/** `pluginView` is `Plugin`; `logLevelView` stays, as there is a `logLevel`. */
function componentName(name: string, all: Readonly<Record<string, unknown>>): string {
  const short = name.replace(/View$/, '')
  const noun = short !== name && Object.hasOwn(all, short) ? name : short
  return noun[0]!.toUpperCase() + noun.slice(1)
}

/** A schema with references to components, which it adds where they are missing. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Record<string, Json>): Json {
  const {
    $schema: _dialect,
    $defs = {},
    id: _id,
    ...root
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    metadata: NAMED,
  }) as Json & { readonly $defs?: Readonly<Record<string, Json>> }
  for (const [name, { id: _same, ...definition }] of Object.entries($defs))
    components[name] ??= withComponents(definition)
  const own = NAMED.get(schema)
  if (!own) return withComponents(root)
  components[own.id] ??= withComponents(root)
  return { $ref: `#/components/schemas/${own.id}` }
}

/** The references of zod lead to `$defs` beside each schema. */
function withComponents<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withComponents) as T
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.entries(value).map(([key, part]) => {
    const isRef = key === '$ref' && typeof part === 'string'
    return [key, isRef ? part.replace('#/$defs/', '#/components/schemas/') : withComponents(part as unknown)]
  })
  const schema = Object.fromEntries(parts) as Json
  // A list of a fixed length: its length says that nothing follows, since linters want `items` to be a schema.
  if (Array.isArray(schema.prefixItems)) {
    const { length } = schema.prefixItems
    return { ...schema, items: {}, minItems: length, maxItems: length } as T
  }
  return schema as T
}
