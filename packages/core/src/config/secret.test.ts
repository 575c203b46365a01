import { expect, test } from 'vitest'
import { withoutFormerSecrets, withoutSecrets, withSecretsOf } from './secret.ts'

const secret = { type: 'string', writeOnly: true }

test.each([
  ['a property', { properties: { a: secret } }, { a: 'x', b: 1 }, { b: 1 }],
  ['every other property', { properties: { b: {} }, additionalProperties: secret }, { a: 'x', b: 1 }, { b: 1 }],
  ['properties by pattern', { patternProperties: { '^k': secret } }, { k: 'x' }, {}],
  ['items of a list', { properties: { list: { items: secret } } }, { list: ['x', 'y'] }, { list: [] }],
  [
    'inside items',
    { properties: { list: { items: { properties: { a: secret } } } } },
    { list: [{ a: 'x', b: 1 }] },
    { list: [{ b: 1 }] },
  ],
  ['behind a reference', { $defs: { s: secret }, properties: { a: { $ref: '#/$defs/s' } } }, { a: 'x' }, {}],
  ['in one branch of several', { allOf: [{ properties: { a: {} } }, { properties: { a: secret } }] }, { a: 'x' }, {}],
  ['in a conditional', { if: {}, then: { properties: { a: secret } } }, { a: 'x' }, {}],
])('[CF1.j] a secret does not come out: %s', (_where, schema, config, shown) => {
  expect(withoutSecrets(schema, config)).toEqual(shown)
})

test('[CF1.j] what was a secret does not come out because the schema calls it by another name', () => {
  const config = { apiKey: 'x', n: 1, deep: { pin: 'y', m: 2 }, list: [{ t: 'z', k: 1 }] }
  const shown = { n: 1, deep: { m: 2 }, list: [{ k: 1 }] }
  const renamed = { properties: { token: secret } }
  expect(withoutFormerSecrets(renamed, { config, shown })).toEqual(shown)
  const same = {
    properties: {
      apiKey: secret,
      deep: { properties: { pin: secret } },
      list: { items: { properties: { t: secret } } },
    },
  }
  expect(withoutFormerSecrets(same, { config, shown })).toEqual(config)
})

test('[CF1.j] what is saved without its secrets keeps them, in lists too', () => {
  const schema = { properties: { key: secret, list: { items: { properties: { token: secret } } } } }
  const previous = { key: 'k', list: [{ token: 't', n: 1 }], gone: 1 }
  expect(withSecretsOf(schema, { list: [{ n: 2 }, { n: 3 }] }, previous)).toEqual({
    key: 'k',
    list: [{ token: 't', n: 2 }, { n: 3 }],
  })
  expect(withSecretsOf(schema, { key: 'new' }, previous)).toEqual({ key: 'new' })
})

test('a schema that refers to itself ends', () => {
  const schema = { properties: { child: { $ref: '#' }, a: secret } }
  expect(withoutSecrets(schema, { a: 'x', child: { a: 'y', child: { b: 1 } } })).toEqual({ child: { child: { b: 1 } } })
})
