import { expect, test } from 'vitest'
import { dependentsOf, planEnding, startOrder, unmetDependencies, type GraphNode } from './dependency-graph.ts'

const node = (id: string, dependencies: Record<string, string> = {}, version = '1.0.0'): GraphNode => ({
  id,
  version,
  dependencies,
})
const ids = (nodes: readonly GraphNode[]): string[] => nodes.map(({ id }) => id)
const graph = [node('c', { b: '*' }), node('b', { a: '*' }), node('a'), node('d', { a: '*' })]

test('plugins start after what they depend on; a cycle comes last', () => {
  expect(ids(startOrder(graph))).toEqual(['a', 'b', 'd', 'c'])
  expect(ids(startOrder([node('x', { y: '*' }), node('y', { x: '*' }), node('z')]))).toEqual(['z', 'x', 'y'])
})

test('dependents are found through others, and stop before what they depend on', () => {
  expect(ids(dependentsOf('a', graph))).toEqual(['c', 'd', 'b'])
  expect(ids(dependentsOf('c', graph))).toEqual([])
})

test('a dependency is unmet when it is absent or of another version', () => {
  const loaded = new Map([['a', node('a', {}, '1.4.0')]])
  expect(unmetDependencies(node('x', { a: '^1.2.0' }), loaded)).toEqual([])
  expect(unmetDependencies(node('x', { a: '^2.0.0', q: '1.x' }), loaded)).toEqual([
    { id: 'a', range: '^2.0.0', found: '1.4.0' },
    { id: 'q', range: '1.x', found: null },
  ])
})

test('a plan names each step and why', () => {
  expect(planEnding('a', 'unload', [node('b')])).toEqual([
    { id: 'b', action: 'disable', reason: 'it depends on a' },
    { id: 'a', action: 'unload', reason: 'you asked for it' },
  ])
})
