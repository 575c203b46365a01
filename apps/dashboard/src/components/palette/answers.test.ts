import type { BoardRow } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { topOf } from './answers'

const row = (id: string, cpuPercent: number | null): BoardRow => ({ id, cpuPercent }) as BoardRow

test('the five with the largest values are named, the largest first; those without any are not', () => {
  const rows = [
    row('a', 1),
    row('idle', 0),
    row('b', 9),
    row('off', null),
    row('c', 3),
    row('d', 4),
    row('e', 5),
    row('f', 2),
  ]
  expect(topOf(rows, 'cpu').map(({ row: { id }, value }) => [id, value])).toEqual([
    ['b', 9],
    ['e', 5],
    ['d', 4],
    ['c', 3],
    ['f', 2],
  ])
})
