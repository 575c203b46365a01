import { startPlugin } from '@plugboard/plugin-sdk/testing'
import { expect, test } from 'vitest'
import thresholdAlerts from './index.ts'
import { CALM, nextStanding } from './threshold.ts'

const rule = { metric: 'cpu', raise: 0.9, clear: 0.7, forSeconds: 2 }

test('raises once the value has stayed beyond the limit, and clears once it is well back', async () => {
  let now = 0
  await using host = await startPlugin(thresholdAlerts, { config: { rules: [rule] }, now: () => now })
  const values = [0.5, 0.95, 0.95, 0.95, 0.85, 0.95, 0.6, 0.6]
  for (const value of values) {
    now += 1_000
    await host.send({ type: 'performance.update', data: { metric: 'cpu', value } })
  }
  expect(host.published.map((event) => event.type)).toEqual(['alert.raised', 'alert.cleared'])
  expect(host.published[0]).toMatchObject({ data: { metric: 'cpu', value: 0.95, raise: 0.9 } })
})

test('a swing that ends in time raises nothing', () => {
  const pending = nextStanding(rule, CALM, { at: 0, value: 1 })
  expect(pending).toEqual({ state: 'pending', pendingSince: 0 })
  expect(nextStanding(rule, pending, { at: 1_000, value: 0.8 })).toEqual(CALM)
  expect(nextStanding(rule, pending, { at: 2_000, value: 1 })).toEqual({ state: 'raised', raisedAt: 2_000 })
})

test('a rule whose raising limit is the lower one is a minimum', () => {
  const minimum = { metric: 'free', raise: 10, clear: 20, forSeconds: 0 }
  const raised = nextStanding(minimum, CALM, { at: 1, value: 5 })
  expect(raised).toEqual({ state: 'raised', raisedAt: 1 })
  expect(nextStanding(minimum, raised, { at: 2, value: 15 })).toBe(raised)
  expect(nextStanding(minimum, raised, { at: 3, value: 25 })).toEqual(CALM)
})
