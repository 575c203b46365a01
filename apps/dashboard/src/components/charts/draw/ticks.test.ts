import { expect, test } from 'vitest'
import { axisFormat, byteTicks, timeFormat, timeTicks, valueTicks } from './ticks.ts'

test('marks are round, begin at zero and reach the largest value', () => {
  expect(valueTicks(17, 4)).toEqual([0, 5, 10, 15, 20])
  expect(valueTicks(0.7, 0.04)).toEqual([0, 0.2, 0.4, 0.6, 0.8])
  expect(valueTicks(0.000_2, 0.000_4)).toEqual([0, 0.0001, 0.0002, 0.0003, 0.0004])
  expect(valueTicks(0, 4)).toEqual([0, 1, 2, 3, 4])
  expect(byteTicks(300 * 1_024 ** 2)).toEqual([0, 100, 200, 300, 400].map((count) => count * 1_024 ** 2))
})

test('times are marked at round moments of the local day, seven at most', () => {
  const to = new Date(2026, 10, 25, 15, 7, 30).getTime()
  for (const minutes of [5, 15, 60, 360, 1_440, 10_080, 43_200]) {
    const ticks = timeTicks({ from: to - minutes * 60_000, to })
    expect(ticks.length).toBeGreaterThan(2)
    expect(ticks.length).toBeLessThanOrEqual(7)
    expect(ticks.every((at) => new Date(at).getSeconds() === 0)).toBe(true)
  }
  const hours = timeTicks({ from: to - 6 * 3_600_000, to }).map((at) => new Date(at).getMinutes())
  expect(new Set(hours)).toEqual(new Set([0]))
})

test('a short time has ticks as well, which are written with their seconds', () => {
  const from = new Date(2026, 10, 25, 15, 7, 2).getTime()
  const figures = { date: () => 'date', clock: () => 'seconds', clockMinutes: () => 'minutes' }
  const format = (seconds: number): string => timeFormat({ from, to: from + seconds * 1_000 }, figures)(from)
  expect([5, 30, 180].map(format)).toEqual(['seconds', 'seconds', 'seconds'])
  expect([181, 86_400, 86_401].map(format)).toEqual(['minutes', 'minutes', 'date'])
  for (const seconds of [5, 30, 90, 180])
    expect(timeTicks({ from, to: from + seconds * 1_000 }).length).toBeGreaterThan(2)
})

test.each([
  ['bytes', [0, 104_857_600, 209_715_200], ['0 MB', '100 MB', '200 MB']],
  ['bytes', [0, 524_288, 1_048_576], ['0 MB', '0.5 MB', '1.0 MB']],
  ['share 0–1', [0, 0.000_1, 0.000_2], ['0 %', '0.01 %', '0.02 %']],
  ['share 0–1', [0, 0.02, 0.04], ['0 %', '2 %', '4 %']],
  ['ms', [0, 500, 1_000], ['0 s', '0.5 s', '1.0 s']],
  ['ms', [0, 0.25, 0.5], ['0 µs', '250 µs', '500 µs']],
  ['per second', [0, 10, 20], ['0', '10', '20']],
  ['events', [0, 0.6, 1.2], ['0', '0.6', '1.2']],
] as const)('an axis of %s is written in one unit', (measure, ticks, texts) => {
  const format = axisFormat(ticks, measure, (value, digits) => value.toFixed(digits))
  expect(ticks.map(format)).toEqual(texts)
})
