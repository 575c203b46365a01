import { expect, test } from 'vitest'
import { fieldWord, parseLogWords } from './log-words'

const PLUGINS = [
  { id: 'billing', name: 'Billing' },
  { id: 'stripe-bridge', name: 'Stripe bridge' },
  { id: 'stripe', name: 'Stripe' },
]
const parse = (text: string) => parseLogWords(text, PLUGINS)
const NOTHING = { ids: [], level: null, fields: [], texts: [], unknown: [] }

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
  expect(parse('plugin:(billing nobody)')).toEqual({ ...NOTHING, ids: ['billing'], unknown: ['nobody'] })
})

test('what is none of these is searched for as it is', () => {
  expect(parse('C:\\temp')).toEqual({ ...NOTHING, texts: ['C:\\temp'] })
  expect(parse('"')).toEqual({ ...NOTHING, texts: ['"'] })
  expect(parse('level>=loud a== =b')).toEqual({ ...NOTHING, fields: ['a=='], texts: ['level>=loud', '=b'] })
  expect(parse('  ')).toEqual(NOTHING)
})

test('a field that is clicked is read again as it was', () => {
  expect(parse(fieldWord('code', 'expired_card')).fields).toEqual(['code=expired_card'])
  expect(parse(fieldWord('reason', 'no such card')).fields).toEqual(['reason=no such card'])
})
