import { expect, test } from 'vitest'
import { formSchemaOf } from './form-schema'

test('what depends on a field is said in the keyword that the form knows, at every depth', () => {
  const inner = {
    type: 'object',
    dependentSchemas: { user: { properties: { realm: { type: 'string' } } } },
    dependentRequired: { user: ['password'], key: ['certificate'] },
  }
  expect(formSchemaOf({ properties: { inner } })).toEqual({
    properties: {
      inner: {
        type: 'object',
        dependencies: {
          user: { allOf: [{ properties: { realm: { type: 'string' } } }, { required: ['password'] }] },
          key: ['certificate'],
        },
      },
    },
  })
})

test('values are not taken for schemas, and all else stays', () => {
  const schema = {
    properties: { dependentSchemas: { type: 'string' } },
    dependencies: { a: ['b'] },
    default: { dependentSchemas: { x: {} } },
    enum: [{ dependentRequired: { a: ['b'] } }],
  }
  expect(formSchemaOf(schema)).toEqual(schema)
})
