import { expect, test } from 'vitest'
import { RateLimit } from './rate-limit.ts'

test('a second’s allowance may go at once, and comes back evenly', () => {
  const limit = new RateLimit(10, 0)
  const take = (count: number, now: number): number =>
    Array.from({ length: count }, () => limit.take(now)).filter(Boolean).length
  expect(take(15, 0)).toBe(10)
  expect(take(5, 300)).toBe(3)
  expect(take(50, 10_000)).toBe(10)
})
