import { reveal } from '@plugboard/core'
import { expect, test } from 'vitest'
import { withReferences } from './former-config.ts'

test('what the whole has and could not be shown becomes a reference; the rest stays in clear', () => {
  const whole = { url: 'a', token: 't', list: [{ n: 1, key: 'k' }, { n: 2 }] }
  const { shown, secrets } = withReferences({ url: 'a', list: [{ n: 1 }, { n: 2 }] }, whole)
  expect(shown).toEqual({
    url: 'a',
    token: { $secret: expect.any(String) },
    list: [{ n: 1, key: { $secret: expect.any(String) } }, { n: 2 }],
  })
  expect(reveal(shown, secrets).config).toEqual(whole)
})

test('a list whose items were left out is hidden item by item, as nobody knows which could be shown', () => {
  const { shown, secrets } = withReferences({ keys: [] }, { keys: ['a', 'b'] })
  expect(shown.keys).toHaveLength(2)
  expect(JSON.stringify(shown)).not.toMatch(/"a"|"b"/)
  expect(reveal(shown, secrets).config).toEqual({ keys: ['a', 'b'] })
})
