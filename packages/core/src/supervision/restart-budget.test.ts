import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RestartBudget } from './restart-budget.ts'

test('[SV3.d] no minute ever holds more than its restarts, whatever is asked for and given back', () => {
  const steps = fc.array(fc.record({ wait: fc.nat(20_000), giveBack: fc.boolean() }), { maxLength: 120 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), steps, (perMinute, all) => {
      const budget = new RestartBudget(perMinute)
      let now = 1_000_000
      const times: number[] = []
      for (const { wait, giveBack } of all) {
        now += wait
        const time = budget.reserve(now)
        expect(time).toBeGreaterThanOrEqual(now)
        if (giveBack && time > now) budget.release(time)
        else times.push(time)
      }
      for (const from of times) {
        expect(times.filter((time) => time >= from && time < from + 60_000).length).toBeLessThanOrEqual(perMinute)
      }
    }),
    { seed: 3 },
  )
})

test('[SV3.d] a minute’s restarts are given at once, the next ones after it', () => {
  const budget = new RestartBudget(3)
  expect([0, 0, 0, 0, 10].map((now) => budget.reserve(now))).toEqual([0, 0, 0, 60_000, 60_000])
  expect(budget.reserve(200_000)).toBe(200_000)
})
