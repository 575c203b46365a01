import { expect, test } from 'vitest'
import { clock } from '../util/clock.ts'
import { FlowWindow, type FlowCounts } from './flow-window.ts'

const counts = (change: Partial<FlowCounts> = {}): FlowCounts => ({
  accepted: 0,
  processed: 0,
  dropped: 0,
  discarded: 0,
  inDoubt: 0,
  missed: 0,
  refused: 0,
  evicted: 0,
  ...change,
})

test('the flow of the last minute is the difference of the totals over it', () => {
  const window = new FlowWindow(0)
  for (let second = 0; second <= 100; second += 1) {
    window.sample(second * 1_000, counts({ accepted: second * 6, processed: second * 4, dropped: second * 2 }))
  }
  expect(window.recent()).toMatchObject({ seconds: 60, accepted: 360, processed: 240, dropped: 120, discarded: 0 })
})

test('a plugin that is younger than a minute has the flow since it was loaded', () => {
  const window = new FlowWindow(0)
  expect(window.recent()).toMatchObject({ seconds: 0, accepted: 0 })
  window.sample(500, counts({ accepted: 5 }))
  window.sample(10_000, counts({ accepted: 70, refused: 3 }))
  expect(window.recent()).toMatchObject({ seconds: 10, accepted: 70, refused: 3 })
})

test('it says since when events are dropped, and forgets it a minute after the last one', () => {
  const window = new FlowWindow(0)
  expect(window.recent().droppingSince).toBeNull()
  const before = clock.epoch()
  window.sample(1_000, counts({ dropped: 1 }))
  const { droppingSince } = window.recent()
  expect(droppingSince).toBeGreaterThanOrEqual(before)
  window.sample(50_000, counts({ dropped: 2 }))
  expect(window.recent().droppingSince).toBe(droppingSince)
  window.sample(109_000, counts({ dropped: 2 }))
  expect(window.recent().droppingSince).toBe(droppingSince)
  window.sample(110_000, counts({ dropped: 2 }))
  expect(window.recent().droppingSince).toBeNull()
})
