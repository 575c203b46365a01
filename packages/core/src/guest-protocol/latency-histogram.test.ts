import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LatencyHistogram } from './latency-histogram.ts'

test('a quantile is within 10 % above the true one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 60_000_000 }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, quantile) => {
        const histogram = new LatencyHistogram()
        for (const value of values) histogram.record(value)
        const sorted = values.toSorted((a, b) => a - b)
        const exact = sorted[Math.max(1, Math.ceil(quantile * sorted.length)) - 1]! / 1_000
        const shown = histogram.quantileMs(quantile)!
        expect(shown).toBeGreaterThanOrEqual(exact * 0.999)
        expect(shown).toBeLessThanOrEqual(exact * 1.1)
      },
    ),
  )
})

test('what is drained and added elsewhere is the same histogram', () => {
  const [one, two] = [new LatencyHistogram(), new LatencyHistogram()]
  for (const value of [5, 80, 900]) one.record(value)
  const before = one.quantileMs(0.9)
  two.add(one.drain())
  expect([two.total, two.quantileMs(0.9), one.total, one.quantileMs(0.9)]).toEqual([3, before, 0, null])
})

test('pairs that no histogram can have are ignored', () => {
  const histogram = new LatencyHistogram()
  histogram.add([-1, 5, 1e9, 5, 3.5, 5, 3, -5, 3])
  expect(histogram.total).toBe(0)
})
