import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomOf } from '../../test/random.ts'
import { isLargerThan, upperBound } from './sequential-test.ts'

/** After how many trials the alarm comes; null: not within `most`. */
function trialsUntilAlarm(share: number, limit: number, { seed, most }: { seed: number; most: number }): number | null {
  const random = randomOf(seed)
  let hits = 0
  for (let trials = 1; trials <= most; trials += 1) {
    if (random() < share) hits += 1
    if (isLargerThan(limit, { hits, trials }, 0.01)) return trials
  }
  return null
}

describe('isLargerThan', () => {
  test.each([0.01, 0.05, 0.3])(
    'asked after each of 2,000 trials, a share of exactly the limit %d raises a false alarm in at most 1 of 100 runs',
    (limit) => {
      const runs = Array.from({ length: 1_000 }, (_, seed) => trialsUntilAlarm(limit, limit, { seed, most: 2_000 }))
      expect(runs.filter((run) => run !== null).length).toBeLessThanOrEqual(15)
    },
  )

  test('a share that is ten times the limit is found within some dozens of trials', () => {
    const runs = Array.from({ length: 200 }, (_, seed) => trialsUntilAlarm(0.2, 0.02, { seed, most: 2_000 }) ?? 2_000)
    expect(runs.toSorted((a, b) => a - b)[190]).toBeLessThan(150)
  })

  test('more hits never speak less against the limit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.9, noNaN: true }),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 0, max: 500 }),
        (limit, trials, given) => {
          const hits = Math.min(given, trials - 1)
          const fewer = isLargerThan(limit, { hits, trials }, 0.01)
          return !fewer || hits / trials < limit || isLargerThan(limit, { hits: hits + 1, trials }, 0.01)
        },
      ),
    )
    expect(isLargerThan(0.5, { hits: 0, trials: 1_000 }, 0.01)).toBe(false)
  })
})

test('upperBound is above what was seen, the closer the more was seen, and knows nothing without trials', () => {
  expect(upperBound({ hits: 0, trials: 0 })).toBe(1)
  expect(upperBound({ hits: 0, trials: 1_000 })).toBeCloseTo(0.0066, 3)
  expect(upperBound({ hits: 10, trials: 100 })).toBeGreaterThan(0.1)
  expect(upperBound({ hits: 1_000, trials: 10_000 })).toBeLessThan(upperBound({ hits: 10, trials: 100 }))
})
