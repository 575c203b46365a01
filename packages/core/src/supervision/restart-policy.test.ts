import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMs, failureKind, restarts } from './restart-policy.ts'

test('[SV3.b] at once, then 1, 2, 4 … 300 s, each ± 20 %', () => {
  expect([0, 1, 2, 3, 4, 9, 10, 1_000].map((failures) => backoffMs(failures, 0.5))).toEqual([
    0, 1_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000,
  ])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const middle = backoffMs(failures, 0.5)
      expect(backoffMs(failures, random)).toBeGreaterThanOrEqual(middle * 0.8 - 1)
      expect(backoffMs(failures, random)).toBeLessThanOrEqual(middle * 1.2 + 1)
    }),
  )
})

test('[SV3.e] [SV3.a] what a next try cannot mend is not retried; the error limit only under always', () => {
  expect(failureKind('CONFIG_INVALID')).toBeNull()
  expect(failureKind('PERMISSION_DENIED')).toBeNull()
  expect(failureKind('PLUGIN_HUNG')).toBe('hang')
  expect(failureKind('HOOK_TIMEOUT')).toBe('failed-start')
  expect(failureKind('DEPENDENCY_UNMET')).toBe('failed-start')
  const kinds = ['crash', 'hang', 'out-of-memory', 'failed-start', 'error-limit'] as const
  expect(kinds.map((kind) => restarts('never', kind))).toEqual([false, false, false, false, false])
  expect(kinds.map((kind) => restarts('on-crash', kind))).toEqual([true, true, true, true, false])
  expect(kinds.map((kind) => restarts('always', kind))).toEqual([true, true, true, true, true])
})
