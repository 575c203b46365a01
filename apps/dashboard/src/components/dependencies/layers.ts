import type { DependencyView } from '@plugboard/protocol'

/** Where a plugin stands in the graph: what it needs is further up. */
export interface Placed {
  readonly id: string
  readonly layer: number
  /** From the left, within its layer. */
  readonly slot: number
}

/** Layers from what needs nothing downwards; within one, near to what it needs. Members of a cycle share the last layer. */
export function layersOf(nodes: readonly DependencyView[]): Placed[] {
  const known = new Map(nodes.map((node) => [node.id, node]))
  const layerOf = new Map<string, number>()
  let waiting = [...nodes]
  for (let layer = 0; waiting.length > 0; layer += 1) {
    const ready = waiting.filter(({ needs }) => needs.every(({ id }) => !known.has(id) || layerOf.has(id)))
    const placed = ready.length === 0 ? waiting : ready
    // Those of this round stand below all that they need, which is of the rounds before.
    for (const { id } of placed) layerOf.set(id, layer)
    waiting = waiting.filter(({ id }) => !layerOf.has(id))
  }
  const slots = new Map<string, number>()
  const layers = Map.groupBy(nodes, ({ id }) => layerOf.get(id)!)
  for (const [, members] of [...layers].sort(([a], [b]) => a - b)) {
    const wish = ({ needs }: DependencyView): number => {
      const above = needs.flatMap(({ id }) => slots.get(id) ?? [])
      return above.length === 0 ? Infinity : above.reduce((sum, slot) => sum + slot, 0) / above.length
    }
    const order = members.toSorted((a, b) => wish(a) - wish(b) || (a.id < b.id ? -1 : 1))
    order.forEach(({ id }, slot) => slots.set(id, slot))
  }
  return nodes.map(({ id }) => ({ id, layer: layerOf.get(id)!, slot: slots.get(id)! }))
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
