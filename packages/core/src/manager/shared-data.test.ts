import { expect, test, vi } from 'vitest'
import { SharedDataStore } from './shared-data.ts'

const text = (bytes: number): string => 'x'.repeat(bytes - 2)

test('what one plugin has written last takes 8 MiB at most; what another overwrites is no longer its own', () => {
  const store = new SharedDataStore({ totalBytes: 100_000_000, onChange: () => {} })
  for (let n = 0; n < 32; n += 1) store.set(`k${n}`, text(262_144), 'loud')
  expect(() => store.set('more', 1, 'loud')).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
  store.set('k0', text(100), 'other')
  store.set('more', 1, 'loud')
  store.set('k1', text(262_144), 'loud')
  store.delete('k1')
  store.set('again', text(262_144), 'loud')
  expect(store.held).toEqual({ keys: 33, bytes: 31 * 262_144 + 100 + 1 })
})

test('all values together take no more than the bound; a refused value changes nothing', () => {
  const onChange = vi.fn<() => void>()
  const store = new SharedDataStore({ totalBytes: 1_000, onChange })
  store.set('a', text(900))
  expect(() => store.set('b', text(200))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
  expect(() => store.set('a', text(1_001))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
  expect(store.set('a', text(1_000))).toBe(2)
  expect(onChange).toHaveBeenCalledTimes(2)
  expect(store.held).toEqual({ keys: 1, bytes: 1_000 })
})
