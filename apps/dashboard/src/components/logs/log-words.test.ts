import { expect, test } from 'vitest'
import { fieldWord, parseLogWords } from './log-words'

const PLUGINS = [
  { id: 'billing', name: 'Billing' },
  { id: 'stripe-bridge', name: 'Stripe bridge' },
  { id: 'stripe', name: 'Stripe' },
]
const parse = (text: string) => parseLogWords(text, PLUGINS)
const NOTHING = { ids: null, level: null, fields: [], texts: [], unknown: [] }

test('plugins, level, field and phrase are told apart', () => {
  expect(parse('plugin:(billing stripe-b) level>=warn code=expired_card "no such card" late')).toEqual({
    ids: ['billing', 'stripe-bridge'],
    level: 'warn',
    fields: ['code=expired_card'],
    texts: ['no such card', 'late'],
    unknown: [],
  })
  expect(parse('plugin:stripe')).toEqual({ ...NOTHING, ids: ['stripe'] })
  expect(parse('plugin:str')).toEqual({ ...NOTHING, ids: ['stripe-bridge', 'stripe'] })
})

test('a name that is of no plugin finds what such a plugin has said, and nothing of the others', () => {
  expect(parse('plugin:(billing nobody)')).toEqual({ ...NOTHING, ids: ['billing', 'nobody'], unknown: ['nobody'] })
  expect(parse('plugin:nobody').ids).toEqual(['nobody'])
})

test('words that follow each other are one phrase, as they are', () => {
  expect(parse('C:\\temp  is full').texts).toEqual(['C:\\temp  is full'])
  expect(parse('one two level>=warn three').texts).toEqual(['one two', 'three'])
  expect(parse('one "two" three').texts).toEqual(['one', 'two', 'three'])
  expect(parse('"')).toEqual({ ...NOTHING, texts: ['"'] })
  expect(parse('level>=loud =b')).toEqual({ ...NOTHING, fields: ['level>=loud'], texts: ['=b'] })
  expect(parse('  ')).toEqual(NOTHING)
})

test.each([
  ['code', 'expired_card'],
  ['reason', 'no such card'],
  ['größe', '5'],
  ['@timestamp', 'x=y'],
  ['user id', 'ada "the first"'],
  ['data', '{"a":[1,2]}'],
  ['path', 'C:\\temp'],
  ['', 'x'],
])('the field %s=%s that is clicked is read again as it was, or cannot be clicked', (name, value) => {
  const word = fieldWord(name, value)
  if (name === '') expect(word).toBeNull()
  else expect(parse(`plugin:billing ${word}`).fields).toEqual([`${name}=${value}`])
})

test('what is too long for a search cannot be clicked', () => {
  expect(fieldWord('stack', 'x'.repeat(300))).toBeNull()
})
