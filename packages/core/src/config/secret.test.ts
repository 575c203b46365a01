import type { JsonObject } from '@plugboard/plugin-sdk'
import { expect, test } from 'vitest'
import { hide, isSecretRef, refsIn, reveal } from './secret.ts'

const NOTHING = { refs: new Map<string, string>(), secrets: {} }
const config = {
  targets: [
    { url: 'a', token: 'ta' },
    { url: 'b', token: 'tb' },
  ],
  keys: ['k1', 'k2'],
  'a/b': { c: 1 },
}
const pointers = ['/targets/0/token', '/targets/1/token', '/keys/0', '/keys/1', '/a~1b/c']

test('[CF1.j] hidden values are references, and come back where the references are', () => {
  const { shown, secrets } = hide(config, pointers, NOTHING)
  expect(JSON.stringify(shown)).not.toMatch(/"(ta|tb|k1|k2)"|:1\b/)
  expect([...refsIn(shown).keys()]).toEqual(pointers)
  expect(reveal(shown, secrets)).toMatchObject({ config, unknown: [] })
})

test('[CF1.j] a secret moves with its reference, and goes with it', () => {
  const { shown, secrets } = hide(config, pointers, NOTHING)
  const [first, second] = shown.targets as [JsonObject, JsonObject]
  expect(reveal({ targets: [second, first] }, secrets).config).toEqual({
    targets: [config.targets[1], config.targets[0]],
  })
  expect(reveal({ targets: [second] }, secrets).config).toEqual({ targets: [config.targets[1]] })
})

test('[CF1.j] an unchanged value keeps its reference; a new value, and a copy of one, get another', () => {
  const first = hide(config, pointers, NOTHING)
  const known = { refs: refsIn(first.shown), secrets: first.secrets }
  expect(hide(config, pointers, known)).toEqual(first)
  const changed = hide({ ...config, keys: ['k1', 'new'] }, pointers, known)
  expect(refsIn(changed.shown).get('/keys/0')).toBe(refsIn(first.shown).get('/keys/0'))
  expect(refsIn(changed.shown).get('/keys/1')).not.toBe(refsIn(first.shown).get('/keys/1'))
  const id = refsIn(first.shown).get('/keys/0')!
  const copied = hide({ x: 'k1', y: 'k1' }, ['/x', '/y'], {
    refs: new Map([
      ['/x', id],
      ['/y', id],
    ]),
    secrets: first.secrets,
  })
  expect(new Set(refsIn(copied.shown).values()).size).toBe(2)
})

test('[CF1.j] what hides the whole config hides each field, and a value of any kind can be hidden', () => {
  const { shown, secrets } = hide({ a: [1], b: null, c: { d: true } }, [''], NOTHING)
  expect(Object.values(shown).every(isSecretRef)).toBe(true)
  expect(reveal(shown, secrets).config).toEqual({ a: [1], b: null, c: { d: true } })
})

test('[CF1.j] a reference that nothing is known of leaves a gap, and is named', () => {
  const { config: revealed, unknown } = reveal({ a: { $secret: 'gone' }, list: [1, { $secret: 'gone' }] }, {})
  expect(revealed).toEqual({ list: [1] })
  expect(unknown).toEqual(['/a', '/list/1'])
})
