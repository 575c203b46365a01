import { expect, test } from 'vitest'
import { RateWindow } from './rate-window.ts'

test('rates are per second between two samples, and the error rate covers the last 60', () => {
  const window = new RateWindow()
  expect(window.sample(0, 100, 10)).toBeNull()
  expect(window.sample(2_000, 120, 14)).toEqual({ eventsPerSecond: 10, errorsPerSecond: 2, errorRate60s: 0.2 })
  for (let second = 3; second < 70; second += 1) window.sample(second * 1_000, 120, 14)
  expect(window.sample(69_500, 120, 14)).toMatchObject({ errorRate60s: null })
  expect(window.sample(70_500, 130, 14)).toEqual({ eventsPerSecond: 10, errorsPerSecond: 0, errorRate60s: 0 })
})
