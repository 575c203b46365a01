import { expect, test } from 'vitest'
import { loggable } from './loggable.ts'

test('an error is logged with its name, message and stack, as the message and among the fields', () => {
  const error = new TypeError('x is not a function')
  expect(loggable(error, undefined)).toMatchObject({
    message: 'TypeError: x is not a function',
    fields: {
      error: {
        name: 'TypeError',
        message: 'x is not a function',
        stack: expect.stringContaining('x is not a function\n    at '),
      },
    },
  })
  expect(loggable('it failed', { cause: error, n: 1 })).toMatchObject({
    message: 'it failed',
    fields: { n: 1, cause: { name: 'TypeError', message: 'x is not a function' } },
  })
  expect(loggable('it failed', error).fields).toMatchObject({ error: { message: 'x is not a function' } })
})

test('numbers, objects and what JSON does not know are logged as something that says what they are', () => {
  expect(loggable(42, undefined)).toEqual({ message: '42', fields: undefined })
  expect(loggable({ a: 1 }, undefined).message).toBe('{"a":1}')
  expect(loggable(undefined, undefined).message).toBe('undefined')
  expect(loggable('n', 5).fields).toEqual({ value: 5 })
  expect(loggable('n', [1, 2]).fields).toEqual({ value: [1, 2] })
  expect(loggable('n', { big: 10n, not: Number.NaN, far: Infinity }).fields).toEqual({
    big: '10n',
    not: 'NaN',
    far: 'Infinity',
  })
  const map = new Map([['a', new Set([1, 2])]])
  expect(loggable('n', { map }).fields).toEqual({ map: [['a', [1, 2]]] })
  expect(loggable('n', map).fields).toEqual({ value: [['a', [1, 2]]] })
})

test('what cannot be logged is replaced by a note, and a cut message says how long it was', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  expect(loggable('c', circle).fields).toEqual({ self: '[circular]' })
  const thrower = {
    get it(): never {
      throw new Error('no')
    },
  }
  expect(loggable('c', thrower).fields).toEqual({ it: '[throws]' })
  expect(loggable('c', { toJSON: () => undefined }).fields).toEqual({ omitted: 'fields that are not JSON' })
  expect(loggable('c', { text: 'x'.repeat(70_000) }).fields).toEqual({ omitted: 'fields of more than 64 KiB' })
  expect(loggable('x'.repeat(300_000), undefined).message).toMatch(/^x{8192}… \(300000 characters\)$/)
})
