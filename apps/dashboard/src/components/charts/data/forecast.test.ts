import { expect, test } from 'vitest'
import { rhythmOf, timeToLimit } from './forecast'

const series = (value: (second: number) => number | null, seconds = 120) => {
  const at = Array.from({ length: seconds }, (_, second) => second * 1_000)
  return { at, values: { memory: at.map((_, second) => value(second)) } }
}
const of = { name: 'memory', limit: 1_000, since: 0 }

test('a steady rise reaches the limit at its slope', () => {
  // 5 per second from 100 on: 695 at the end, and 305 to go.
  expect(
    timeToLimit(
      series((second) => 100 + second * 5),
      of,
    ),
  ).toBeCloseTo(61_000, -2)
  // Ripples of garbage collections do not hide it.
  expect(
    timeToLimit(
      series((second) => 100 + second * 5 + (second % 7) * 4),
      of,
    ),
  ).toBeCloseTo(59_000, -4)
})

test('what does not rise, rises by chance, or rises too slowly is no forecast', () => {
  expect(
    timeToLimit(
      series(() => 500),
      of,
    ),
  ).toBeNull()
  expect(
    timeToLimit(
      series((second) => 500 - second),
      of,
    ),
  ).toBeNull()
  expect(
    timeToLimit(
      series((second) => 500 + 200 * Math.sin(second)),
      of,
    ),
  ).toBeNull()
  expect(
    timeToLimit(
      series((second) => 100 + second * 0.01),
      of,
    ),
  ).toBeNull()
  expect(
    timeToLimit(
      series((second) => 100 + second * 5, 20),
      of,
    ),
  ).toBeNull()
  expect(
    timeToLimit(
      series((second) => 100 + second * 5),
      { ...of, since: 110_000 },
    ),
  ).toBeNull()
  expect(
    timeToLimit(
      series(() => null),
      of,
    ),
  ).toBeNull()
})

test('what happens again and again has a rhythm', () => {
  expect(rhythmOf([1_000])).toBeNull()
  expect(rhythmOf([9_000, 1_000, 5_000])).toEqual({ times: 3, everyMs: 4_000 })
})
