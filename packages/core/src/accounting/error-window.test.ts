import { expect, test } from 'vitest'
import { ErrorWindow } from './error-window.ts'

test('the rate is that of the last 60 seconds, and null when nothing was handled in them', () => {
  const window = new ErrorWindow()
  expect(window.rate(5_000)).toBeNull()
  window.add(10, 5, 5_000)
  window.add(30, 0, 20_000)
  expect(window.rate(20_000)).toBe(5 / 40)
  expect(window.rate(64_999)).toBe(5 / 40)
  expect(window.rate(65_000)).toBe(0)
  expect(window.rate(80_000)).toBeNull()
  expect(window.rate(1e12)).toBeNull()
})
