import { describe, expect, test } from 'vitest'
import { indexAt, nextIndex, pointedIndex } from './cursor'

describe('the cursor of a chart', () => {
  test.each([
    ['ArrowLeft', null, 9],
    ['ArrowLeft', 0, 0],
    ['ArrowRight', null, 9],
    ['ArrowRight', 9, 9],
    ['PageUp', 4, 0],
    ['PageDown', 4, 9],
    ['Home', 4, 0],
    ['End', 4, 9],
    ['Escape', 4, null],
    ['Escape', null, undefined],
    ['Tab', 4, undefined],
  ])('%s from %s goes to %s', (key, at, next) => {
    expect(nextIndex(key, at, 10)).toBe(next)
  })

  test.each([
    [-0.01, null],
    [0, 0],
    [0.55, 5],
    [1, 9],
    [1.01, null],
  ])('the pointer at %s of the width is at %s', (share, index) => {
    expect(pointedIndex(share, 10)).toBe(index)
  })

  test('nothing is pointed at where there is nothing', () => {
    expect(pointedIndex(0.5, 0)).toBeNull()
  })

  test('a moment is in its interval, from its beginning to its end, and in the nearest once it has passed out', () => {
    const frame = { from: 100, to: 130, stepMs: 10 }
    expect([50, 100, 109, 110, 129, 130, 999].map((moment) => indexAt(moment, frame, 3))).toEqual([0, 0, 0, 1, 2, 2, 2])
  })
})
