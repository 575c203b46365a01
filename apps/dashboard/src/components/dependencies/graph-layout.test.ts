import type { DependencyView } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { BOX, dependentsOf, edgeKey, layOut } from './graph-layout'

const node = (id: string, ...needs: string[]): DependencyView => ({
  id,
  needs: needs.map((need) => ({ id: need, range: '*', found: '1.0.0', isEnabled: true, isMet: true })),
})
const graph = [node('web', 'db', 'log', 'disk'), node('db', 'disk'), node('disk'), node('log'), node('lost', 'nobody')]

test('each stands below all that it needs; what needs nobody stands below them all', () => {
  const { places } = layOut(graph, 4)
  const y = (id: string): number => places.get(id)!.y
  expect(y('disk')).toBeLessThan(y('db'))
  expect(y('db')).toBeLessThan(y('web'))
  expect(y('log')).toBeLessThan(y('web'))
  expect(y('lost')).toBeGreaterThan(y('web'))
})

test('the way of an edge leads around the boxes of other plugins', () => {
  const { places, ways } = layOut(graph, 4)
  const { x, y } = places.get('db')!
  for (const point of ways.get(edgeKey('disk', 'web'))!) {
    const isInside = point.x > x && point.x < x + BOX.width && point.y > y && point.y < y + BOX.height
    expect(isInside).toBe(false)
  }
})

test('no two boxes lie on each other, also in lines and in a cycle', () => {
  const nodes = [...graph, node('a', 'b'), node('b', 'a'), ...Array.from({ length: 9 }, (_, n) => node(`alone-${n}`))]
  const boxes = [...layOut(nodes, 4).places.values()]
  expect(boxes).toHaveLength(nodes.length)
  boxes.forEach((one, index) => {
    for (const other of boxes.slice(index + 1)) {
      const apart = Math.abs(one.x - other.x) >= BOX.width || Math.abs(one.y - other.y) >= BOX.height
      expect(apart).toBe(true)
    }
  })
})

test('a stop touches those that need it, through others too', () => {
  expect([...dependentsOf('disk', graph)].sort()).toEqual(['db', 'web'])
  expect(dependentsOf('a', [node('a', 'b'), node('b', 'a')])).toEqual(new Set(['b']))
})
