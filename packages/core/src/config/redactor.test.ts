import { expect, test } from 'vitest'
import { Redactor } from './redactor.ts'

const schema = {
  type: 'object',
  properties: {
    token: { type: 'string', writeOnly: true },
    pin: { type: 'integer', writeOnly: true },
    nested: { type: 'object', writeOnly: true, properties: { a: { type: 'array' } } },
    name: { type: 'string' },
  },
}

test('[CF1.j] secrets are taken out of texts and of JSON, at any depth; what is no secret stays', () => {
  const redactor = new Redactor()
  const untouched = { a: 'token-123456' }
  expect(redactor.json(untouched)).toBe(untouched)
  redactor.learn(schema, { token: 'token-123456', pin: 424_242, nested: { a: ['deep-secret'] }, name: 'visible' })
  expect(redactor.text('Bearer token-123456; pin 424242; visible')).toBe('Bearer [secret]; pin [secret]; visible')
  expect(redactor.json({ list: [{ x: 'deep-secret' }, 1, null], name: 'visible' })).toEqual({
    list: [{ x: '[secret]' }, 1, null],
    name: 'visible',
  })
})

test('[CF1.j] a secret that was replaced is still hidden; one inside another leaves no rest; a short one hides nothing', () => {
  const redactor = new Redactor()
  redactor.learn(schema, { token: 'abcd' })
  redactor.learn(schema, { token: 'abcd-and-more' })
  redactor.learn(schema, { token: 'a' })
  expect(redactor.text('abcd-and-more, abcd, a')).toBe('[secret], [secret], a')
})

test('[CF1.j] a secret is hidden as JSON writes it, line by line, and where it was cut', () => {
  const redactor = new Redactor()
  const key = 'first-line-of-a-key\nsecond "line" of a key'
  redactor.learn(schema, { token: key })
  expect(redactor.text(JSON.stringify({ token: key }))).toBe('{"token":"[secret]"}')
  expect(redactor.text('out: second "line" of a key')).toBe('out: [secret]')
  expect(redactor.text('cut at first-line-of-a')).toBe('cut at [secret]')
  expect(redactor.text('of-a-key, and so on')).toBe('[secret], and so on')
})

test('[CF1.j] of many secrets the one that is still in use is never forgotten', () => {
  const redactor = new Redactor()
  for (let n = 0; n < 200; n += 1) redactor.learn(schema, { token: `rotated-${n}`, nested: { a: ['the-private-key'] } })
  expect(redactor.text('the-private-key rotated-199 rotated-0!')).toBe('[secret] [secret] rotated-0!')
})
