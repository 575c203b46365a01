import { expect, test } from 'vitest'
import { makeClock } from './clock.ts'

function setUp() {
  const system = { wall: 1_000_000, ticks: 50 }
  const clock = makeClock({ wall: () => system.wall, ticks: () => system.ticks })
  const pass = (ms: number): void => {
    system.wall += ms
    system.ticks += ms
  }
  return { system, clock, pass }
}

test('while nobody sets the clock, it is the time of day', () => {
  const { clock, pass } = setUp()
  expect(clock.epoch()).toBe(1_000_000)
  pass(1_234)
  expect(clock.epoch()).toBe(1_001_234)
})

test('a clock that is set forward is followed at once; lengths of time do not notice', () => {
  const { system, clock } = setUp()
  const before = clock.now()
  system.wall += 8 * 3_600_000
  expect(clock.epoch()).toBe(1_000_000 + 8 * 3_600_000)
  expect(clock.now() - before).toBe(0)
})

test('a clock that is set back is waited for: time never goes back, and both agree again', () => {
  const { system, clock, pass } = setUp()
  pass(10_000)
  expect(clock.epoch()).toBe(1_010_000)
  system.wall -= 2_000
  const seen = [clock.epoch()]
  for (let n = 0; n < 6; n += 1) {
    pass(1_000)
    seen.push(clock.epoch())
  }
  expect(seen).toEqual([1_010_000, 1_010_500, 1_011_000, 1_011_500, 1_012_000, 1_013_000, 1_014_000])
  expect(seen.at(-1)).toBe(system.wall)
})

test('a clock that was wrong by more than a day is believed at once when it is right again', () => {
  const { system, clock } = setUp()
  system.wall += 30 * 86_400_000
  expect(clock.epoch()).toBe(1_000_000 + 30 * 86_400_000)
  system.wall -= 30 * 86_400_000
  expect(clock.epoch()).toBe(1_000_000)
})

test('with a time of day that stands still, time goes on', () => {
  const { system, clock } = setUp()
  system.ticks += 10_000
  expect(clock.epoch()).toBe(1_005_000)
})
