import type { JsonObject } from '@plugboard/plugin-sdk'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { withImpliedDefaults } from './implied-defaults.ts'

const fill = (schema: JsonObject, value: JsonObject = {}): unknown => {
  const validate = new Ajv2020({ useDefaults: true, strict: false }).compile(withImpliedDefaults(schema))
  const filled = structuredClone(value)
  return validate(filled) ? filled : validate.errors
}
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more })

test('an object that is left out gets the defaults of its fields, however deep', () => {
  const retry = object({
    times: { type: 'integer', default: 3 },
    wait: object({ ms: { type: 'integer', default: 50 } }),
  })
  expect(fill(object({ retry }))).toEqual({ retry: { times: 3, wait: { ms: 50 } } })
  expect(fill(object({ retry }), { retry: { times: 1 } })).toEqual({ retry: { times: 1, wait: { ms: 50 } } })
  expect(fill({ allOf: [object({ retry })] })).toEqual({ retry: { times: 3, wait: { ms: 50 } } })
})

test('elements of a list and values of a map get them too', () => {
  const part = object({ tls: object({ verify: { type: 'boolean', default: true } }) })
  const schema = object({ list: { type: 'array', items: part }, map: { type: 'object', additionalProperties: part } })
  expect(fill(schema, { list: [{}], map: { a: {} } })).toEqual({
    list: [{ tls: { verify: true } }],
    map: { a: { tls: { verify: true } } },
  })
})

test.each<[string, JsonObject]>([
  ['lacks a field that it must have', object({ url: { type: 'string' }, ms: { default: 1 } }, { required: ['url'] })],
  ['has no defaults', object({ url: { type: 'string' } })],
  ['demands more than fields', object({ ms: { default: 1 } }, { minProperties: 2 })],
  ['refers to itself', { $ref: '#/$defs/node' }],
])('an object that %s stays left out', (_why, part) => {
  const node = object({ depth: { type: 'integer', default: 0 }, child: { $ref: '#/$defs/node' } })
  expect(fill({ ...object({ part }), $defs: { node } })).toEqual({})
})

test('a default of its own is used as it is', () => {
  const retry = { ...object({ times: { type: 'integer', default: 3 } }), default: { times: 9 } }
  expect(fill(object({ retry }))).toEqual({ retry: { times: 9 } })
})
