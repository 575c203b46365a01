import { expect, test } from 'vitest'
import { diffConfigs } from './config-diff.ts'

const ref = (id: string): { $secret: string } => ({ $secret: id })

test('a diff names what changed, and of a secret that it was set, replaced or removed', () => {
  const before = { key: ref('1'), kept: ref('2'), dropped: ref('3'), n: 1, gone: true, 'a/b': 1, same: { x: [1, 2] } }
  const after = { key: ref('4'), kept: ref('2'), set: ref('5'), n: 2, new: 1, 'a/b': 2, same: { x: [1, 2] } }
  expect(diffConfigs(before, after)).toEqual([
    { pointer: '/key', kind: 'changed', isSecret: true },
    { pointer: '/dropped', kind: 'removed', isSecret: true },
    { pointer: '/n', kind: 'changed', isSecret: false },
    { pointer: '/gone', kind: 'removed', isSecret: false },
    { pointer: '/a~1b', kind: 'changed', isSecret: false },
    { pointer: '/set', kind: 'added', isSecret: true },
    { pointer: '/new', kind: 'added', isSecret: false },
  ])
  expect(diffConfigs(before, before)).toEqual([])
})

test('a value that becomes another kind of thing has changed', () => {
  expect(diffConfigs({ a: [] }, { a: {} })).toEqual([{ pointer: '/a', kind: 'changed', isSecret: false }])
  expect(diffConfigs({ a: { b: 1 } }, { a: ref('1') })).toEqual([{ pointer: '/a', kind: 'changed', isSecret: true }])
})

test('a change of more fields than a person reads is told by what they are in', () => {
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`k${n}`, n]))
  expect(diffConfigs({ a: {}, b: 1 }, { a: many, b: 2 })).toEqual([
    { pointer: '/a', kind: 'changed', isSecret: false },
    { pointer: '/b', kind: 'changed', isSecret: false },
  ])
})
