import type { ConfigView } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { draftOf, isChanged, withText, withValue } from './config-draft.ts'

const base = (config: ConfigView['config']): ConfigView => ({
  config,
  pendingRestart: false,
  revision: 1,
  schema: null,
  secretsSetAt: {},
})

test('form and text are one draft', () => {
  const draft = draftOf({ a: 1 })
  expect(withValue({ a: 2 }).text).toBe('{\n  "a": 2\n}')
  expect(withText(draft, '{"a":3}')).toMatchObject({ value: { a: 3 }, text: '{"a":3}', syntaxError: null })
})

test('a text that is no config yet keeps the last value that was, and says why', () => {
  const broken = withText(draftOf({ a: 1 }), '{"a":')
  expect(broken).toMatchObject({ value: { a: 1 }, text: '{"a":' })
  expect(broken.syntaxError).toMatch(/JSON/)
  expect(withText(draftOf({ a: 1 }), '[1]').syntaxError).toBe('')
  expect(isChanged(broken, base({ a: 1 }))).toBe(true)
})

test('only another value is a change, not another order of keys', () => {
  expect(
    isChanged(withText(draftOf({}), '{"b":[2,1],"a":{"y":1,"x":2}}'), base({ a: { x: 2, y: 1 }, b: [2, 1] })),
  ).toBe(false)
  expect(isChanged(draftOf({ b: [1, 2] }), base({ b: [2, 1] }))).toBe(true)
})
