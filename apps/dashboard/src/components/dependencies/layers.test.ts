import type { DependencyView } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { dependentsOf, layersOf } from './layers'

const node = (id: string, ...needs: string[]): DependencyView => ({
  id,
  needs: needs.map((need) => ({ id: need, range: '*', found: '1.0.0', isEnabled: true, isMet: true })),
})
const graph = [node('web', 'db', 'log'), node('db', 'disk'), node('disk'), node('log'), node('lost', 'nobody')]

test('each stands below all that it needs; what is not loaded does not count', () => {
  const layers = Object.fromEntries(layersOf(graph).map(({ id, layer }) => [id, layer]))
  expect(layers).toEqual({ disk: 0, log: 0, lost: 0, db: 1, web: 2 })
})

test('a cycle ends, in one layer', () => {
  expect(layersOf([node('a', 'b'), node('b', 'a')]).map(({ layer }) => layer)).toEqual([0, 0])
})

test('a stop touches those that need it, through others too', () => {
  expect([...dependentsOf('disk', graph)].sort()).toEqual(['db', 'web'])
  expect(dependentsOf('a', [node('a', 'b'), node('b', 'a')])).toEqual(new Set(['b']))
})
