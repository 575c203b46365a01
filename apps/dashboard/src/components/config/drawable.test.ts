import type { JsonObject, JsonValue } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { isDrawable } from './drawable'

const node = {
  type: 'object',
  properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
}
const root: JsonObject = {
  $defs: { node, plain: { type: 'string' }, a: { properties: { b: { $ref: '#/$defs/b' } } }, b: { $ref: '#/$defs/a' } },
}

test.each<[string, JsonValue]>([
  ['a text', { type: 'string' }],
  ['a number or nothing', { type: ['number', 'null'] }],
  ['a list', { type: 'array', items: { type: 'string' } }],
  ['a map', { type: 'object', additionalProperties: { type: 'string' } }],
  ['one of objects', { enum: [{ a: 1 }, { a: 2 }] }],
  ['branches', { oneOf: [{ type: 'string' }, { type: 'object' }] }],
  ['a reference', { $ref: '#/$defs/plain' }],
])('the form draws %s', (_what, schema) => {
  expect(isDrawable(schema, root)).toBe(true)
})

test.each<[string, JsonValue]>([
  ['anything', {}],
  ['anything, said with true', true],
  ['anything with a title', { title: 'Extra' }],
  ['values of several types', { type: ['string', 'object'] }],
  ['a tuple', { type: 'array', prefixItems: [{ type: 'string' }] }],
  ['a list of anything', { type: 'array' }],
  ['a tree', { $ref: '#/$defs/node' }],
  ['a structure that contains itself by way of another', { $ref: '#/$defs/a' }],
])('%s is edited as JSON', (_what, schema) => {
  expect(isDrawable(schema, root)).toBe(false)
})
