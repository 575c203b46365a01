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

test.each([
  ['1.2.0-beta.1', '^1.0.0', true],
  ['2.0.0-beta.1', '<2.0.0', false],
  ['2.0.0-beta.1', '^1.0.0', false],
  ['1.0.0-beta.1', '>=1.0.0', false],
  ['2.0.0-beta.2', '>=2.0.0-beta.1 <2.0.0', true],
  ['3.0.0-rc.1', '*', true],
])('%s within %s is %s: a pre-release counts as its release does', (version, range, isMet) => {
  const unmet = unmetDependencies(node('a', { b: range }), new Map([['b', node('b', {}, version)]]))
  expect(unmet).toHaveLength(isMet ? 0 : 1)
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

test('[LC5.a] [LC5.d] for any graph: starts come after what they need, stops before, and a plugin is on a cycle if it reaches itself', () => {
  const anyGraph = fc
    .array(fc.uniqueArray(fc.nat(9), { maxLength: 3 }), { minLength: 1, maxLength: 10 })
    .map((edges) => edges.map((to, from) => node(`p${from}`, Object.fromEntries(to.map((id) => [`p${id}`, '*'])))))
  fc.assert(
    fc.property(anyGraph, (nodes) => {
      const order = ids(startOrder(nodes))
      expect(order.toSorted()).toEqual(ids(nodes).toSorted())
      const inCycle = (id: string): boolean => reaches(id, id, nodes)
      for (const { id } of nodes) expect(cycleOf(id, nodes) !== null).toBe(inCycle(id))
      const tainted = (id: string): boolean => inCycle(id) || ids(dependenciesOf(id, nodes)).some(inCycle)
      for (const { id, dependencies } of nodes.filter((one) => !tainted(one.id))) {
        for (const needed of Object.keys(dependencies).filter((one) => order.includes(one))) {
          expect(order.indexOf(needed)).toBeLessThan(order.indexOf(id))
        }
        const stops = ids(dependentsOf(id, nodes))
        expect(stops).not.toContain(id)
        if (stops.some(inCycle)) continue
        for (const stopped of stops) {
          const needed = Object.keys(nodes.find((one) => one.id === stopped)!.dependencies)
          for (const later of needed.filter((one) => stops.includes(one)))
            expect(stops.indexOf(stopped)).toBeLessThan(stops.indexOf(later))
        }
      }
    }),
    { seed: 5, numRuns: 300 },
  )
})

/** By following edges one by one, without the code under test. */
function reaches(from: string, to: string, nodes: readonly GraphNode[]): boolean {
  const seen = new Set<string>()
  const next = [from]
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    for (const needed of Object.keys(nodes.find((one) => one.id === id)?.dependencies ?? {})) {
      if (needed === to) return true
      if (!seen.has(needed)) next.push(needed)
      seen.add(needed)
    }
  }
  return false
}
