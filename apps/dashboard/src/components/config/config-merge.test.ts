import type { JsonObject } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { mergeConfigs, withValueAt } from './config-merge'

const base: JsonObject = { level: 1, name: 'old', targets: ['a'], limits: { low: 1, high: 9 } }

test('what only one of two people changed is taken from that one, in nested fields too', () => {
  const theirs = { ...base, level: 2, limits: { low: 1, high: 20 } }
  const mine = { ...base, name: 'new', limits: { low: 5, high: 9 } }
  expect(mergeConfigs(base, theirs, mine)).toEqual({
    merged: { level: 2, name: 'new', targets: ['a'], limits: { low: 5, high: 20 } },
    conflicts: [],
  })
})

test('what both changed in the same way is no conflict, whatever the order of keys', () => {
  const theirs = { ...base, limits: { low: 2, high: 3 } }
  const mine = { ...base, limits: { high: 3, low: 2 } }
  expect(mergeConfigs(base, theirs, mine)).toEqual({ merged: theirs, conflicts: [] })
})

test('what both changed differently is a conflict: theirs is kept until somebody decides', () => {
  const { merged, conflicts } = mergeConfigs(base, { ...base, level: 2 }, { ...base, level: 3, name: 'new' })
  expect(merged).toEqual({ ...base, level: 2, name: 'new' })
  expect(conflicts).toEqual([{ pointer: '/level', theirs: 2, mine: 3 }])
})

test('a list that both changed is one conflict, as its items cannot be told apart', () => {
  const theirs = { ...base, targets: ['a', 'b'] }
  const mine = { ...base, targets: [] }
  expect(mergeConfigs(base, theirs, mine).conflicts).toEqual([{ pointer: '/targets', theirs: ['a', 'b'], mine: [] }])
})

test('a field that one removed and the other left alone is gone; one that the other changed is a conflict', () => {
  const { name: _name, ...without } = base
  expect(mergeConfigs(base, without, base)).toEqual({ merged: without, conflicts: [] })
  expect(mergeConfigs(base, base, without)).toEqual({ merged: without, conflicts: [] })
  expect(mergeConfigs(base, without, { ...base, name: 'new' }).conflicts).toEqual([
    { pointer: '/name', theirs: undefined, mine: 'new' },
  ])
})

test('a key that looks like a prototype is a key', () => {
  const mine = JSON.parse('{"__proto__": {"x": 1}}') as JsonObject
  const { merged } = mergeConfigs({}, { y: 2 }, mine)
  expect(JSON.stringify(merged)).toBe('{"y":2,"__proto__":{"x":1}}')
})

test('a value is put at its pointer, with escaped names, or taken away; the rest stays', () => {
  expect(withValueAt({ 'a/b': { c: 1, d: 2 } }, '/a~1b/c', 5)).toEqual({ 'a/b': { c: 5, d: 2 } })
  expect(withValueAt({ 'a/b': { c: 1, d: 2 } }, '/a~1b/c', undefined)).toEqual({ 'a/b': { d: 2 } })
})
