import { expect, test } from 'vitest'
import { withSecrets } from './hidden-secrets.ts'

const original = { url: 'https://x/?key=abc', list: [{ token: 'abc' }, 1], note: 'was [secret] before' }
const shown = { url: 'https://x/?key=[secret]', list: [{ token: '[secret]' }, 1], note: 'was [secret] before' }

test('hidden secrets stay what they are while the rest changes', () => {
  const edited = { ...shown, list: [{ token: '[secret]', more: true }, 2], added: null }
  expect(withSecrets(edited, { shown, original })).toEqual({
    ...original,
    list: [{ token: 'abc', more: true }, 2],
    added: null,
  })
})

test('a secret number and a secret in a name stay what they are', () => {
  const secrets = { pin: 123_456, 'abc-limit': 5 }
  const masked = { pin: '[secret]', '[secret]-limit': 5 }
  const of = { shown: masked, original: secrets }
  expect(withSecrets({ pin: '[secret]', '[secret]-limit': 6 }, of)).toEqual({ pin: 123_456, 'abc-limit': 6 })
  expect(() => withSecrets({ '[secret]-other': 1 }, of)).toThrow('/[secret]-other')
})

test('a hidden secret that was moved or changed is refused, with its place', () => {
  const moved = { ...shown, list: [1, { token: '[secret]' }] }
  expect(() => withSecrets(moved, { shown, original })).toThrow('/list/1/token holds [secret]')
  expect(() => withSecrets({ 'a/b': 'x[secret]' }, { shown, original })).toThrow('/a~1b')
})
