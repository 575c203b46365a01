import { expect, test } from 'vitest'
import { LossWindow } from './loss-rates.ts'

test('losses are what is new since the sample before, and per second', () => {
  const window = new LossWindow()
  const first = window.sample(0, { dropped: 4, discarded: 0, inDoubt: 1, missed: 2, publishesRefused: 0 })
  expect(first.lost).toEqual({ dropped: 4, discarded: 0, inDoubt: 1, missed: 2, publishesRefused: 0 })
  const { lost, rates } = window.sample(2_000, {
    dropped: 10,
    discarded: 3,
    inDoubt: 1,
    missed: 2,
    publishesRefused: 8,
  })
  expect(lost).toEqual({ dropped: 6, discarded: 3, inDoubt: 0, missed: 0, publishesRefused: 8 })
  expect(rates).toEqual({
    droppedPerSecond: 3,
    discardedPerSecond: 1.5,
    inDoubtPerSecond: 0,
    missedPerSecond: 0,
    refusedPerSecond: 4,
  })
})
