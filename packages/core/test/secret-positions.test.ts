import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { ConfigValidator } from '../src/config/config-validator.ts'
import { prepareConfig } from '../src/config/plugin-config.ts'
import { reveal, type StoredConfig } from '../src/config/secret.ts'

const validator = new ConfigValidator()
afterAll(() => validator.close())

async function prepare(schema: JsonObject, config: StoredConfig, before?: StoredConfig): Promise<StoredConfig> {
  const { ready, error } = await prepareConfig(config, { owner: 'one', schema, validator, ...(before && { before }) })
  expect(error).toBeNull()
  return ready.stored
}

const secret = { type: 'string', writeOnly: true }
const nine = (schema: JsonObject): JsonObject =>
  Array.from({ length: 9 }).reduce<JsonObject>((inner) => ({ allOf: [inner] }), schema)

test.each<[where: string, schema: JsonObject]>([
  ['a property', { properties: { s: secret } }],
  ['any other property', { additionalProperties: { writeOnly: true } }],
  ['properties by pattern', { patternProperties: { '^s': secret } }],
  ['dependentSchemas', { properties: { n: {} }, dependentSchemas: { n: { properties: { s: secret } } } }],
  [
    'dependencies of draft-07',
    { $schema: 'http://json-schema.org/draft-07/schema#', dependencies: { n: { properties: { s: secret } } } },
  ],
  ['unevaluatedProperties', { properties: { n: {} }, unevaluatedProperties: secret }],
  ['a reference', { $defs: { x: secret }, properties: { s: { $ref: '#/$defs/x' } } }],
  ['a reference to an $anchor', { $defs: { x: { $anchor: 'here', ...secret } }, properties: { s: { $ref: '#here' } } }],
  [
    'a reference to an $id',
    { $id: 'https://x.test/a', $defs: { x: { $id: 'b', ...secret } }, properties: { s: { $ref: 'b' } } },
  ],
  [
    'a reference through a list',
    { allOf: [{}, { properties: { x: secret } }], properties: { s: { $ref: '#/allOf/1/properties/x' } } },
  ],
  ['allOf nine deep', nine({ properties: { s: secret } })],
  ['the second branch of anyOf, where the first one fits', { anyOf: [{}, { properties: { s: secret } }] }],
  ['a branch of oneOf that does not fit', { oneOf: [{}, { required: ['gone'], properties: { s: secret } }] }],
  ['else, where then applies', { if: {}, then: {}, else: { properties: { s: secret } } }],
  ['the schema as a whole', { writeOnly: true }],
  ['a password', { properties: { s: { type: 'string', format: 'password' } } }],
])('[CF1.j] a secret is found in %s', async (_where, schema) => {
  const { shown, secrets } = await prepare(schema, { shown: { n: 1, s: 'hidden-text' }, secrets: {} })
  expect(JSON.stringify(shown)).not.toContain('hidden-text')
  expect(Object.values(secrets)).toContain('hidden-text')
})

test('[CF1.j] a config that is invalid hides its secrets as well', async () => {
  const schema = { required: ['gone'], properties: { s: secret, list: { maxItems: 1, items: secret } } }
  const config = { s: 'hidden-text', list: ['hidden-1', 'hidden-2'] }
  const { ready, error } = await prepareConfig({ shown: config, secrets: {} }, { owner: 'one', schema, validator })
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
  expect(JSON.stringify(ready.stored.shown)).not.toContain('hidden')
})

test('[CF1.j] what was a secret stays one where a new schema does not mark it any more', async () => {
  const before = await prepare({ properties: { s: secret } }, { shown: { s: 'hidden-text' }, secrets: {} })
  const after = await prepare({ properties: { other: secret } }, before, before)
  expect(after).toEqual(before)
})

interface Part {
  readonly schema: JsonObject
  readonly value: JsonValue
}

/** Each secret is another text, which nothing else contains. */
let nextSecret = 0
const WRAPPERS: readonly ((schema: JsonObject, root: JsonObject) => JsonObject)[] = [
  (schema) => schema,
  (schema) => ({ allOf: [{}, { allOf: [schema] }] }),
  (schema) => ({ anyOf: [{}, schema] }),
  (schema) => ({ oneOf: [schema, { not: {} }] }),
  (schema) => ({ if: {}, then: schema }),
  (schema) => ({ if: { not: {} }, else: schema }),
  (schema, root) => {
    const defs = root.$defs as Record<string, JsonValue>
    const name = `d${Object.keys(defs).length}`
    defs[name] = schema
    return { $ref: `#/$defs/${name}` }
  },
  (schema, root) => {
    const defs = root.$defs as Record<string, JsonValue>
    const name = `a${Object.keys(defs).length}`
    defs[name] = { $anchor: name, allOf: [schema] }
    return { $ref: `#${name}` }
  },
]

type Make = (root: JsonObject) => Part
const wrapped = (make: fc.Arbitrary<Make>): fc.Arbitrary<Make> =>
  fc.tuple(make, fc.constantFrom(...WRAPPERS)).map(([inner, wrap]): Make => (root) => {
    const { schema, value } = inner(root)
    return { schema: wrap(schema, root), value }
  })
const leaf: fc.Arbitrary<Make> = fc.oneof(
  fc.constant<Make>(() => ({ schema: { writeOnly: true }, value: `SECRET-${nextSecret++}` })),
  fc.constant<Make>(() => ({
    schema: { type: 'object', writeOnly: true },
    value: { deep: [`SECRET-${nextSecret++}`] },
  })),
  fc.integer().map((n): Make => () => ({ schema: { type: 'integer' }, value: n })),
  fc.string().map((text): Make => () => ({ schema: { type: 'string' }, value: text })),
)
const { part } = fc.letrec<{ part: Make; object: Make; list: Make }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    wrapped(leaf),
    wrapped(tie('object')),
    wrapped(tie('list')),
  ),
  object: fc
    .dictionary(fc.string({ minLength: 1, maxLength: 4 }), tie('part'), { maxKeys: 4 })
    .map((parts): Make => (root) => {
      const made = Object.entries(parts).map(([key, make]) => [key, make(root)] as const)
      return {
        schema: { properties: Object.fromEntries(made.map(([key, { schema }]) => [key, schema])) },
        value: Object.fromEntries(made.map(([key, { value }]) => [key, value])),
      }
    }),
  list: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts): Make => (root) => {
    const made = parts.map((make) => make(root))
    return { schema: { prefixItems: made.map(({ schema }) => schema) }, value: made.map(({ value }) => value) }
  }),
}))

test(
  '[CF1.j] of random schemas nothing hidden comes out, and a save that touches nothing loses nothing',
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), part, { maxKeys: 5 }),
        async (parts) => {
          const schema = { $defs: {} as JsonObject, properties: {} as Record<string, JsonValue> }
          const config: Record<string, JsonValue> = {}
          for (const [key, make] of Object.entries(parts)) {
            const made = make(schema)
            Object.defineProperty(schema.properties, key, { value: made.schema, enumerable: true })
            Object.defineProperty(config, key, { value: made.value, enumerable: true })
          }
          const stored = await prepare(schema, { shown: config, secrets: {} })
          expect(JSON.stringify(stored.shown)).not.toContain('SECRET-')
          expect(JSON.stringify(reveal(stored.shown, stored.secrets).config)).toBe(JSON.stringify(config))
          expect(await prepare(schema, stored, stored)).toEqual(stored)
        },
      ),
      { numRuns: 1_000 },
    )
  },
)

test(
  '[CF1.j] of random lists each secret stays with its owner when items are moved and removed',
  { timeout: 300_000 },
  async () => {
    const schema = { properties: { list: { items: { properties: { owner: {}, token: secret } } } } }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9), { minLength: 1, maxLength: 10 }), async (order) => {
        const list = Array.from({ length: 10 }, (_, n) => ({ owner: n, token: `token of ${n}` }))
        const stored = await prepare(schema, { shown: { list }, secrets: {} })
        const items = stored.shown.list as JsonObject[]
        const moved = { shown: { list: [...new Set(order)].map((n) => items[n]!) }, secrets: stored.secrets }
        const after = await prepare(schema, moved, stored)
        for (const item of reveal(after.shown, after.secrets).config.list as JsonObject[])
          expect(item.token).toBe(`token of ${item.owner as number}`)
        expect(Object.keys(after.secrets)).toHaveLength(new Set(order).size)
      }),
      { numRuns: 200 },
    )
  },
)
