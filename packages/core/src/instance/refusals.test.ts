import { expect, test } from 'vitest'
import { Refusals } from './refusals.ts'

test('what is refused is told at once, then every ten seconds, each kind with how often and why', () => {
  const refusals = new Refusals()
  expect(refusals.take(0)).toEqual([])
  refusals.add('publications', 'too fast')
  expect(refusals.take(0)).toEqual(['1 publications were refused: too fast'])
  refusals.add('publications', 'too fast', 3)
  refusals.add('publications', 'too large')
  refusals.add('log entries', 'more than 1000 a second', 70)
  expect(refusals.take(9_999)).toEqual([])
  expect(refusals.take(10_000)).toEqual([
    '4 publications were refused: too large',
    '70 log entries were refused: more than 1000 a second',
  ])
  expect(refusals.take(30_000)).toEqual([])
})
