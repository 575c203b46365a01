import { expect, test } from 'vitest'
import { changesAgainst, changesBetween } from './config-changes'

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

test('in a conflict only what I have changed is listed, beside what they have', () => {
  const base = { a: 1, b: 1, c: 1, d: 1 }
  const theirs = { a: 2, b: 2, c: 1, d: 1 }
  const mine = { a: 1, b: 3, c: 4, d: 1 }
  expect(changesAgainst(theirs, { base, mine })).toEqual([
    { pointer: '/b', before: 2, after: 3 },
    { pointer: '/c', before: 1, after: 4 },
  ])
})

test('of a list that both have changed, each item that differs is named', () => {
  const list = (password: string) => ({ accounts: [{ user: 'a', password }] })
  expect(changesAgainst(list('theirs'), { base: list('base'), mine: list('mine') })).toEqual([
    { pointer: '/accounts/0/password', before: 'theirs', after: 'mine' },
  ])
})
