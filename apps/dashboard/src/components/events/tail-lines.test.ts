import type { EventLine } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { KEPT_WHILE_PAUSED, MAX_LINES, narrowTail, NO_LINES, pauseTail, resumeTail, takeLines } from './tail-lines.ts'

const line = (number: number): EventLine => ({
  id: `e${number}`,
  at: number,
  eventId: 'e',
  origin: { node: 'here' },
  source: 's',
  topic: 't',
  data: null,
  bytes: 0,
  isCut: false,
  traceId: null,
})
const lines = (from: number, to: number): EventLine[] =>
  Array.from({ length: to - from }, (_, index) => line(from + index))

test('what follows is added once; the oldest give way', () => {
  let tail = takeLines(NO_LINES, lines(0, 200))
  tail = takeLines(tail, lines(100, 300))
  expect(tail.shown).toEqual(lines(0, 300))
  expect(takeLines(tail, lines(100, 300))).toBe(tail)
  for (let at = 300; at <= 1_000; at += 100) tail = takeLines(tail, lines(at - 200, at))
  expect(tail.shown).toEqual(lines(1_000 - MAX_LINES, 1_000))
  expect(tail.gaps.size).toBe(0)
})

test('a pause holds what is shown and keeps what arrives; what had to be let go is a gap that says how many', () => {
  let tail = pauseTail(takeLines(NO_LINES, lines(0, 50)))
  tail = takeLines(tail, lines(0, 60))
  expect(tail).toMatchObject({ shown: lines(0, 50), waiting: lines(50, 60), lost: 0 })
  expect(resumeTail(tail)).toMatchObject({ shown: lines(0, 60), waiting: null })

  for (let at = 60; at <= 1_160; at += 100) tail = takeLines(tail, lines(Math.max(0, at - 200), at))
  expect(tail.waiting).toEqual(lines(1_160 - KEPT_WHILE_PAUSED, 1_160))
  expect(tail.lost).toBe(1_160 - KEPT_WHILE_PAUSED - 50)
  const going = resumeTail(tail)
  expect(going.shown).toHaveLength(KEPT_WHILE_PAUSED)
  expect(going.gaps.get(`e${1_160 - KEPT_WHILE_PAUSED}`)).toBe(110)
})

test('a window that has moved on past the last line leaves a gap of unknown size', () => {
  const tail = takeLines(takeLines(NO_LINES, lines(0, 10)), lines(500, 520))
  expect(tail.shown).toEqual([...lines(0, 10), ...lines(500, 520)])
  expect([...tail.gaps]).toEqual([['e500', null]])
})

test('another pattern keeps what fits it, and its first window follows on that', () => {
  const narrowed = narrowTail(takeLines(NO_LINES, lines(0, 10)), ({ at }) => at % 2 === 0)
  const tail = takeLines(narrowed, lines(50, 52))
  expect(tail.shown.map(({ at }) => at)).toEqual([0, 2, 4, 6, 8, 50, 51])
  expect(tail.gaps.size).toBe(0)
  expect(takeLines(tail, lines(90, 91)).gaps.size).toBe(1)
})
