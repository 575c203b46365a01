import { dependenciesOf, Slots, startOrder, type GraphNode } from '@plugboard/core'

/** Which of several things come before each, in an order in which they can be taken. */
export type Precedence = ReadonlyMap<string, readonly string[]>

/**
 * What others need is started before them and ended after them; an unknown plugin has no dependencies.
 * @param nodes all plugins: two of the wanted ones may hang together by one that is not among them
 */
export function bulkOrder(
  ids: readonly string[],
  { ends, nodes }: { readonly ends: boolean; readonly nodes: readonly GraphNode[] },
): Precedence {
  const wanted = new Set(ids)
  const needs = new Map(
    [...wanted].map((id) => {
      const needed = dependenciesOf(id, nodes).map((node) => node.id)
      return [id, needed.filter((one) => wanted.has(one) && one !== id)] as const
    }),
  )
  const known = startOrder(nodes).flatMap(({ id }) => (wanted.has(id) ? [id] : []))
  const unknown = [...wanted].filter((id) => !known.includes(id))
  if (!ends) return new Map([...known, ...unknown].map((id) => [id, needs.get(id) ?? []]))
  const neededBy = (id: string): string[] => known.filter((one) => needs.get(one)!.includes(id))
  return new Map([...known.toReversed(), ...unknown].map((id) => [id, neededBy(id)]))
}

/** Takes each as soon as those before it are done, a few at a time. @returns the results in the order given */
export async function inOrder<T>(order: Precedence, atOnce: number, take: (id: string) => Promise<T>): Promise<T[]> {
  const slots = new Slots(atOnce)
  const taken = new Map<string, Promise<T>>()
  for (const [id, first] of order) {
    const before = first.flatMap((one) => taken.get(one) ?? [])
    taken.set(
      id,
      Promise.all(before).then(() => slots.run(() => take(id))),
    )
  }
  return await Promise.all(taken.values())
}
