import { expect, test } from 'vitest'
import { LossTracker } from './loss-tracker.ts'

const NONE = { dropped: 0, discarded: 0, inDoubt: 0, missed: 0 }

function setUp(known: ConstructorParameters<typeof LossTracker>[1] = []) {
  let id = 0
  const tracker = new LossTracker(() => ++id, known)
  const take = (at: number, lost: Partial<typeof NONE> | null) =>
    tracker.take('here', at, new Map(lost ? [['one', { ...NONE, ...lost }]] : []))
  return { tracker, take }
}

test('an incident opens with the first event that is lost, and counts all by their cause', () => {
  const { take } = setUp()
  expect(take(1_000, {})).toEqual([])
  expect(take(2_000, { dropped: 1 })).toMatchObject([
    {
      id: 1,
      pluginId: 'one',
      openedAt: 2_000,
      closedAt: null,
      error: { code: 'EVENTS_LOST', message: '1 event was lost: 1 dropped from a full queue.' },
    },
  ])
  // Not each second: every five.
  expect(take(3_000, { dropped: 4 })).toEqual([])
  expect(take(7_000, { inDoubt: 2, discarded: 3 })).toMatchObject([
    { id: 1, lastAt: 7_000, error: { details: { dropped: 5, discarded: 3, inDoubt: 2, missed: 0 } } },
  ])
  expect(take(13_000, { missed: 9 })).toMatchObject([
    { error: { message: expect.stringContaining('9 published while it was not running'), details: { missed: 9 } } },
  ])
})

test('what was lost last is told also if nothing follows', () => {
  const { take } = setUp()
  take(1_000, { dropped: 1 })
  take(2_000, { dropped: 1 })
  expect(take(5_000, {})).toEqual([])
  expect(take(6_000, {})).toMatchObject([{ error: { details: { dropped: 2 } } }])
  expect(take(12_000, {})).toEqual([])
})

test('it is over five minutes after the last loss, at the time of that loss; the next one is another incident', () => {
  const { take } = setUp()
  take(1_000, { dropped: 1 })
  expect(take(300_999, {})).not.toMatchObject([{ closedAt: 1_000 }])
  expect(take(301_000, {})).toMatchObject([{ id: 1, closedAt: 1_000 }])
  expect(take(400_000, { dropped: 1 })).toMatchObject([{ id: 2, openedAt: 400_000 }])
})

test('an unload ends it, and an incident that was open before a restart of the server goes on', () => {
  const { take } = setUp()
  const [open] = take(1_000, { dropped: 7 })
  const next = setUp([open!])
  expect(next.take(20_000, { dropped: 1 })).toMatchObject([{ id: 1, error: { details: { dropped: 8 } } }])
  expect(next.take(21_000, null)).toMatchObject([{ id: 1, closedAt: 20_000 }])
  expect(next.take(22_000, null)).toEqual([])
})
