import { expect, test } from 'vitest'
import type { Frame } from './call-tree.ts'
import { layFlames } from './flame-layout.ts'

const frame = (total: number, children: Frame[] = []): Frame => ({ ...({} as Frame), total, children })

test('what a frame called stands below it, side by side, each as wide as its share', () => {
  const blocks = layFlames(frame(100, [frame(60, [frame(30)]), frame(40), frame(0.1)]))
  expect(blocks.map(({ key, depth, start, width }) => [key, depth, start, width])).toEqual([
    ['0', 0, 0, 1],
    ['0.0', 1, 0, 0.6],
    ['0.0.0', 2, 0, 0.3],
    ['0.1', 1, 0.6, 0.4],
  ])
  expect(layFlames(frame(0))).toEqual([])
})
