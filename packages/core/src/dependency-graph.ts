import { satisfies } from 'semver'

/** A plugin, as far as dependencies go. */
export interface GraphNode {
  readonly id: string
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
}

export interface UnmetDependency {
  readonly id: string
  readonly range: string
  /** The version that is loaded, if any. */
  readonly found: string | null
}

/** One step of a plan, and why it is part of it. */
export interface Step {
  readonly id: string
  readonly action: 'disable' | 'unload'
  readonly reason: string
}

/** The dependencies of a plugin that no loaded plugin satisfies. */
export function unmetDependencies(node: GraphNode, loaded: ReadonlyMap<string, GraphNode>): UnmetDependency[] {
  return Object.entries(node.dependencies)
    .map(([id, range]) => ({ id, range, found: loaded.get(id)?.version ?? null }))
    .filter(({ range, found }) => found === null || !satisfies(found, range, { includePrerelease: true }))
}

/** Orders plugins so that each comes after what it depends on. Members of a cycle come last, in the order given. */
export function startOrder<T extends GraphNode>(nodes: readonly T[]): T[] {
  const ordered: T[] = []
  const done = new Set<string>()
  const known = new Set(nodes.map(({ id }) => id))
  let waiting = [...nodes]
  while (waiting.length > 0) {
    const ready = waiting.filter((node) => Object.keys(node.dependencies).every((id) => done.has(id) || !known.has(id)))
    if (ready.length === 0) return [...ordered, ...waiting]
    for (const node of ready) {
      ordered.push(node)
      done.add(node.id)
    }
    waiting = waiting.filter(({ id }) => !done.has(id))
  }
  return ordered
}

/** All that depend on a plugin, directly or through others, each before what it depends on: the order to stop them in. */
export function dependentsOf<T extends GraphNode>(id: string, nodes: readonly T[]): T[] {
  const found = new Map<string, T>()
  const visit = (wanted: string): void => {
    for (const node of nodes) {
      if (node.id === id || found.has(node.id) || !Object.hasOwn(node.dependencies, wanted)) continue
      found.set(node.id, node)
      visit(node.id)
    }
  }
  visit(id)
  return startOrder([...found.values()]).toReversed()
}

/** What disabling or unloading a plugin takes: its active dependents are disabled first. */
export function planEnding(id: string, action: 'disable' | 'unload', activeDependents: readonly GraphNode[]): Step[] {
  return [
    ...activeDependents.map((node): Step => ({ id: node.id, action: 'disable', reason: `it depends on ${id}` })),
    { id, action, reason: 'you asked for it' },
  ]
}
