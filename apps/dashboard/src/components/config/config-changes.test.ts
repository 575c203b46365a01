import { expect, test } from 'vitest'
import { changesAgainst, changesBetween, isSecret } from './config-changes'

test('each field that differs is named by its pointer, with both values', () => {
  expect(changesBetween({ a: 1, b: { 'x/y': [1, 2] }, c: true }, { a: 2, b: { 'x/y': [1, 3, 4] }, d: null })).toEqual([
    { pointer: '/a', before: 1, after: 2 },
    { pointer: '/b/x~1y/1', before: 2, after: 3 },
    { pointer: '/b/x~1y/2', before: undefined, after: 4 },
    { pointer: '/c', before: true, after: undefined },
    { pointer: '/d', before: undefined, after: null },
  ])
})

test('the order of keys is no change', () => {
  expect(changesBetween({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([])
})

test('a field is secret where its schema says so, or that of a field around it', () => {
  const secret = { type: 'string', writeOnly: true }
  const schema = {
    properties: { key: secret, hosts: { items: { properties: { token: secret, name: {} } } }, 'a/b': secret },
  }
  const secrets = ['/key', '/hosts/0/token', '/hosts/0/name', '/a~1b', '/nobody', ''].map((at) => isSecret(schema, at))
  expect(secrets).toEqual([true, true, false, true, false, false])
  expect(isSecret(null, '/key')).toBe(false)
})

test('in a conflict only what I have changed is listed, beside what they have', () => {
  const base = { a: 1, b: 1, c: 1, d: 1 }
  const theirs = { a: 2, b: 2, c: 1, d: 1 }
  const mine = { a: 1, b: 3, c: 4, d: 1 }
  expect(changesAgainst(theirs, { base, mine })).toEqual([
    { pointer: '/b', before: 2, after: 3 },
    { pointer: '/c', before: 1, after: 4 },
  ])
})
