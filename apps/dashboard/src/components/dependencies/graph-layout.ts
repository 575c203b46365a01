import { Graph, layout } from '@dagrejs/dagre'
import type { DependencyView } from '@plugboard/protocol'

export const BOX = { width: 200, height: 60 }
const GAP = { x: 32, y: 64 }

export interface Point {
  readonly x: number
  readonly y: number
}

export interface GraphLayout {
  /** The upper left corner of each plugin's box. */
  readonly places: ReadonlyMap<string, Point>
  /** The way of each edge around the boxes in between, by {@link edgeKey}. */
  readonly ways: ReadonlyMap<string, readonly Point[]>
}

export function edgeKey(needed: string, dependent: string): string {
  return `${needed} ${dependent}`
}

/**
 * Plugins below what they need; below them, in lines, those that need nothing and that nobody needs.
 * @param perLine how many of those stand in a line
 */
export function layOut(nodes: readonly DependencyView[], perLine: number): GraphLayout {
  const known = new Set(nodes.map(({ id }) => id))
  const edges = nodes.flatMap(({ id, needs }) =>
    needs.filter((need) => known.has(need.id)).map((need) => [need.id, id] as const),
  )
  const linked = new Set(edges.flat())
  const graph = new Graph()
  graph.setGraph({ nodesep: GAP.x, ranksep: GAP.y, ranker: 'longest-path' })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const id of [...linked].toSorted()) graph.setNode(id, { ...BOX })
  for (const [needed, dependent] of edges) graph.setEdge(needed, dependent)
  if (linked.size > 0) layout(graph)

  const places = new Map<string, Point>()
  for (const id of linked) {
    const { x, y } = graph.node(id) as Point
    places.set(id, { x: x - BOX.width / 2, y: y - BOX.height / 2 })
  }
  const bottom = Math.max(0, ...[...places.values()].map(({ y }) => y + BOX.height + GAP.y))
  const lonely = nodes.filter(({ id }) => !linked.has(id))
  lonely.forEach(({ id }, index) =>
    places.set(id, {
      x: (index % perLine) * (BOX.width + GAP.x),
      y: bottom + Math.floor(index / perLine) * (BOX.height + GAP.y / 2),
    }),
  )
  const ways = new Map(
    edges.map(([needed, dependent]) => {
      const { points } = graph.edge(needed, dependent) as { readonly points: readonly Point[] }
      return [edgeKey(needed, dependent), points]
    }),
  )
  return { places, ways }
}

/** All that need a plugin, directly or through others: what a stop of it touches. */
export function dependentsOf(id: string, nodes: readonly DependencyView[]): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [id]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const node of nodes) {
      if (found.has(node.id) || !node.needs.some((need) => need.id === at)) continue
      found.add(node.id)
      waiting.push(node.id)
    }
  }
  found.delete(id)
  return found
}
