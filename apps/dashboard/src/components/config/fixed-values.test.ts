import { expect, test } from 'vitest'
import { fixedValues } from './fixed-values'

const basic = {
  type: 'object',
  properties: { type: { const: 'basic' }, user: {} },
  required: ['type', 'user'],
} as const

test('what a branch requires and fixes is entered, and nothing else', () => {
  const schema = { ...basic, required: [...basic.required] }
  expect(fixedValues(schema, undefined)).toEqual({ type: 'basic' })
  expect(fixedValues(schema, { user: 'ada' })).toEqual({ user: 'ada', type: 'basic' })
  expect(fixedValues(schema, { type: 'basic' })).toBeNull()
  expect(fixedValues({ properties: { note: { const: 'x' } } }, {})).toBeNull()
  expect(fixedValues({ type: 'string' }, 'a')).toBeNull()
})
