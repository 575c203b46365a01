import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cycleOf,
  dependenciesOf,
  dependentsOf,
  startOrder,
  unmetDependencies,
  type GraphNode,
} from './dependency-graph.ts'

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

test('[LC5.a] dependencies are found through others, and start before what needs them', () => {
  expect(ids(dependenciesOf('c', graph))).toEqual(['a', 'b'])
  expect(ids(dependenciesOf('a', graph))).toEqual([])
})

test('[LC5.d] a cycle is named in full, the shortest one, and only to its members', () => {
  const nodes = [
    node('a', { b: '*' }),
    node('b', { c: '*', d: '*' }),
    node('c', { a: '*' }),
    node('d', { c: '*' }),
    node('outside', { a: '*' }),
    node('self', { self: '*' }),
  ]
  expect(cycleOf('a', nodes)).toEqual(['a', 'b', 'c', 'a'])
  expect(cycleOf('d', nodes)).toEqual(['d', 'c', 'a', 'b', 'd'])
  expect(cycleOf('self', nodes)).toEqual(['self', 'self'])
  expect(cycleOf('outside', nodes)).toBeNull()
})

test('[LC5.a] [LC5.d] for any graph: starts come after what they need, stops before, and what cannot be ordered is in a cycle', () => {
  const anyGraph = fc
    .array(fc.uniqueArray(fc.nat(9), { maxLength: 3 }), { minLength: 1, maxLength: 10 })
    .map((edges) => edges.map((to, from) => node(`p${from}`, Object.fromEntries(to.map((id) => [`p${id}`, '*'])))))
  fc.assert(
    fc.property(anyGraph, (nodes) => {
      const order = ids(startOrder(nodes))
      expect(order.toSorted()).toEqual(ids(nodes).toSorted())
      const inCycle = (id: string): boolean => cycleOf(id, nodes) !== null
      const tainted = (id: string): boolean => inCycle(id) || ids(dependenciesOf(id, nodes)).some(inCycle)
      for (const { id, dependencies } of nodes.filter((one) => !tainted(one.id))) {
        for (const needed of Object.keys(dependencies).filter((one) => order.includes(one))) {
          expect(order.indexOf(needed)).toBeLessThan(order.indexOf(id))
        }
        expect(ids(dependentsOf(id, nodes))).not.toContain(id)
      }
    }),
    { seed: 5, numRuns: 300 },
  )
})
