import { expect, test } from 'vitest'
import type { ChartRow } from '../data/buckets'
import { curvesOf } from './curves'

const scales = { x: (at: number) => at * 10, y: (value: number) => 100 - value }

function rowsOf(columns: Readonly<Record<string, readonly (number | null)[]>>): ChartRow[] {
  const length = Math.max(...Object.values(columns).map((column) => column.length))
  return Array.from({ length }, (_, at) => ({
    at,
    values: new Map(Object.entries(columns).map(([key, column]) => [key, column[at] ?? null])),
  }))
}

test('a line goes through its values', () => {
  expect(curvesOf(rowsOf({ a: [1, 2, 4] }), ['a'], { stacked: false, scales })).toEqual([
    { key: 'a', line: 'M0,99L10,98L20,96', area: 'M0,99L10,98L20,96L20,100L10,100L0,100Z', dots: [] },
  ])
})

test('a gap breaks the line, and a value between two gaps is a dot', () => {
  const [curve] = curvesOf(rowsOf({ a: [1, 1, null, 5, null, 2, 2] }), ['a'], { stacked: false, scales })
  expect(curve!.line).toBe('M0,99L10,99M50,98L60,98')
  expect(curve!.dots).toEqual([{ x: 30, y: 95 }])
})

test('stacked curves stand on those below; one without a value adds nothing', () => {
  const rows = rowsOf({ a: [1, null, 1], b: [2, 2, 2] })
  const [a, b] = curvesOf(rows, ['a', 'b'], { stacked: true, scales })
  expect(a!.line).toBe('')
  expect(a!.dots).toEqual([
    { x: 0, y: 99 },
    { x: 20, y: 99 },
  ])
  expect(b!.area).toBe('M0,97L10,98L20,97L20,99L10,100L0,99Z')
})

test('stacked, the edge of one that adds nothing does not hide the one below', () => {
  const rows = rowsOf({ a: [4, 4, 4, 4, 4], b: [0, 0, 1, 0, 0] })
  const [, b] = curvesOf(rows, ['a', 'b'], { stacked: true, scales })
  expect(b!.line).toBe('M10,96L20,95L30,96')
  const [, none] = curvesOf(rowsOf({ a: [4, 4], b: [0, 0] }), ['a', 'b'], { stacked: true, scales })
  expect(none).toMatchObject({ line: '', dots: [] })
})

test('beside each other each curve stands on the ground', () => {
  const [, b] = curvesOf(rowsOf({ a: [1, 1], b: [2, 2] }), ['a', 'b'], { stacked: false, scales })
  expect(b!.line).toBe('M0,98L10,98')
})

test('what is not there draws nothing', () => {
  expect(curvesOf(rowsOf({ a: [1, 1] }), ['gone'], { stacked: true, scales })).toEqual([
    { key: 'gone', line: '', area: '', dots: [] },
  ])
})
