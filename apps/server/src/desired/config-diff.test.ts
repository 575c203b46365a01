import { expect, test } from 'vitest'
import { diffConfigs } from './config-diff.ts'

const schema = {
  properties: {
    key: { type: 'string', writeOnly: true },
    n: {},
    list: { items: { properties: { token: { writeOnly: true } } } },
  },
}

test('a diff names what changed, and of a secret only that it did', () => {
  const before = { key: 'old', n: 1, gone: true, 'a/b': 1, same: { x: [1, 2] }, list: [{ token: 't' }] }
  const after = { key: 'new', n: 2, new: 1, 'a/b': 2, same: { x: [1, 2] }, list: [{ token: 'u', name: 'n' }] }
  expect(diffConfigs(before, after, schema)).toEqual([
    { pointer: '/key', kind: 'changed', isSecret: true },
    { pointer: '/n', kind: 'changed', isSecret: false },
    { pointer: '/gone', kind: 'removed', isSecret: false },
    { pointer: '/a~1b', kind: 'changed', isSecret: false },
    { pointer: '/list/0/token', kind: 'changed', isSecret: true },
    { pointer: '/list/0/name', kind: 'added', isSecret: false },
    { pointer: '/new', kind: 'added', isSecret: false },
  ])
  expect(diffConfigs(before, before, schema)).toEqual([])
})

test('a value that becomes another kind of thing has changed', () => {
  expect(diffConfigs({ a: [] }, { a: {} }, undefined)).toEqual([{ pointer: '/a', kind: 'changed', isSecret: false }])
})
