import type { JsonValue } from '@plugboard/plugin-sdk'
import { expect, test } from 'vitest'
import { Redactor, SharedSecrets } from './redactor.ts'

test('[CF1.j] secrets are taken out of texts and of JSON, at any depth; what is no secret stays', () => {
  const redactor = new Redactor()
  const untouched = { a: 'token-123456' }
  expect(redactor.json(untouched)).toBe(untouched)
  redactor.learn({ token: 'token-123456', pin: 424_242, nested: { a: ['deep-secret'] } })
  expect(redactor.text('Bearer token-123456; pin 424242; visible')).toBe('Bearer [secret]; pin [secret]; visible')
  expect(redactor.json({ list: [{ x: 'deep-secret' }, 1, null], name: 'visible' })).toEqual({
    list: [{ x: '[secret]' }, 1, null],
    name: 'visible',
  })
})

test('[CF1.j] a secret that was replaced is still hidden; one inside another leaves no rest; a short one hides nothing', () => {
  const redactor = new Redactor()
  redactor.learn({ token: 'abcd' })
  redactor.learn({ token: 'abcd-and-more' })
  redactor.learn({ token: 'a' })
  expect(redactor.text('abcd-and-more, abcd, a')).toBe('[secret], [secret], a')
})

test('[CF1.j] a secret is hidden as JSON writes it, line by line, and where it was cut', () => {
  const redactor = new Redactor()
  const key = 'first-line-of-a-key\nsecond "line" of a key'
  redactor.learn({ token: key })
  expect(redactor.text(JSON.stringify({ token: key }))).toBe('{"token":"[secret]"}')
  expect(redactor.text('out: second "line" of a key')).toBe('out: [secret]')
  expect(redactor.text('cut at first-line-of-a')).toBe('cut at [secret]')
  expect(redactor.text('of-a-key, and so on')).toBe('[secret], and so on')
})

test('[CF1.j] of many secrets the one that is still in use is never forgotten', () => {
  const redactor = new Redactor()
  for (let n = 0; n < 200; n += 1) redactor.learn({ token: `rotated-${n}`, nested: { a: ['the-private-key'] } })
  expect(redactor.text('the-private-key rotated-199 rotated-0!')).toBe('[secret] [secret] rotated-0!')
})

test('[CF1.j] a secret number is masked among fields, and a secret as it looks in an address', () => {
  const redactor = new Redactor()
  redactor.learn({ pin: 424_242, password: 'p@ss word/1' })
  expect(redactor.json({ n: 424_242, m: 42 })).toEqual({ n: '[secret]', m: 42 })
  expect(redactor.text('https://me:p%40ss%20word%2F1@host/')).toBe('https://me:[secret]@host/')
})

test('[CF1.j] masking sixty secrets in a long text takes one pass, not sixty', () => {
  const redactor = new Redactor()
  const secrets = Array.from({ length: 60 }, (_, n) => `secret-${n}-${'x'.repeat(200)}`)
  redactor.learn(Object.fromEntries(secrets.map((secret, n) => [String(n), secret])))
  const text = `${'secret-1-xxxxxxxx '.repeat(10_000)}${secrets[7]!}!`
  expect(redactor.text(text)).toBe(`${'secret-1-xxxxxxxx '.repeat(10_000)}[secret]!`)
})

test('all secrets in force are masked, however many there are; of former ones the newest 64', () => {
  const redactor = new Redactor()
  const secrets = (from: string): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 80 }, (_, n) => [String(n), `${from}-secret-${n}-`]))
  for (const from of ['oldest', 'former', 'running', 'next']) redactor.learn(secrets(from))
  for (const from of ['running', 'next']) expect(redactor.text(`${from}-secret-0-`)).toBe('[secret]')
  expect(redactor.text('former-secret-79-')).toBe('[secret]')
  expect(redactor.text('oldest-secret-0-')).toBe('oldest-secret-0-')
})

test('a secret is masked in addresses, in forms and in property names', () => {
  const redactor = new Redactor()
  const secret = 'pa$$:w@rd S3CR3T!x'
  redactor.learn({ a: secret })
  const address = new URL('https://h.example/')
  address.password = secret
  address.search = `?k=${secret}`
  for (const text of [address.href, new URLSearchParams({ p: secret }).toString(), encodeURIComponent(secret)])
    expect(redactor.text(text)).not.toContain('S3CR3T')
  expect(redactor.json({ [secret]: 1 })).toEqual({ '[secret]': 1 })
})

test('a long secret is hidden as a whole, and in its beginning', () => {
  const redactor = new Redactor()
  const secret = Array.from({ length: 20_000 }, (_, n) => n.toString(36)).join('')
  redactor.learn({ a: secret })
  expect(redactor.text(`<${secret}>`)).toBe('<[secret]>')
  expect(redactor.text(`<${secret.slice(0, 1_000)}>`)).toBe('<[secret]>')
})

test('data that is nested deeper than anybody writes is hidden, and overflows nothing', () => {
  const redactor = new Redactor()
  redactor.learn({ a: 'a secret' })
  let nested: JsonValue = 'a secret'
  for (let depth = 0; depth < 5_000; depth += 1) nested = [nested]
  expect(JSON.stringify(redactor.json(nested)).replaceAll(/[[\]]/g, '')).toBe('"too deep"')
})

test('[CF1.j] a long secret directly behind another one is masked to its end', () => {
  const redactor = new Redactor()
  const long = Array.from({ length: 400 }, (_, n) => String.fromCharCode(33 + (n % 90))).join('')
  redactor.learn({ a: 'short-secret', b: long })
  expect(redactor.text(`short-secret${long}; visible`)).toBe('[secret]; visible')
})

test('[CF1.j] the whole of a longer secret is masked for other plugins; its beginning, a short one and a number are not', () => {
  const shared = new SharedSecrets()
  const [one, other] = [new Redactor(shared), new Redactor(shared)]
  shared.add(one)
  one.learn({ token: 'sk-live-9f3kQ2', word: 'localhost', number: 10_000_000 })
  expect(other.text('sk-live-9f3kQ2')).toBe('[secret]')
  const visible = 'sk-live-9 localhost 10000000'
  expect(other.text(visible)).toBe(visible)
  expect(other.json({ number: 10_000_000 })).toEqual({ number: 10_000_000 })
  // A secret of both, of which one has a part of its own.
  other.learn({ own: 'live' })
  expect(other.text('sk-live-9f3kQ2')).toBe('[secret]')
})
