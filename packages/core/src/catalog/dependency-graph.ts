import { parse, satisfies } from 'semver'

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

/** The dependencies of a plugin that no loaded plugin satisfies. */
export function unmetDependencies(node: GraphNode, loaded: ReadonlyMap<string, GraphNode>): UnmetDependency[] {
  return Object.entries(node.dependencies)
    .map(([id, range]) => ({ id, range, found: loaded.get(id)?.version ?? null }))
    .filter(({ range, found }) => found === null || !isWithin(found, range))
}

/** A pre-release counts as its release does: 1.2.0-beta is within ^1.0.0, and 2.0.0-beta is not within <2.0.0. */
function isWithin(version: string, range: string): boolean {
  const release = parse(version)
  if (satisfies(version, range) || release === null) return satisfies(version, range)
  const { major, minor, patch } = release
  return satisfies(version, range, { includePrerelease: true }) && satisfies(`${major}.${minor}.${patch}`, range)
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
  const found = reachable(id, (wanted) => nodes.filter((node) => Object.hasOwn(node.dependencies, wanted)))
  return startOrder(found).toReversed()
}

/** All that a plugin depends on, directly or through others, each after what it depends on: the order to start them in. */
export function dependenciesOf<T extends GraphNode>(id: string, nodes: readonly T[]): T[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const found = reachable(id, (from) => {
    return Object.keys(byId.get(from)?.dependencies ?? {}).flatMap((dependency) => byId.get(dependency) ?? [])
  })
  return startOrder(found)
}

/**
 * The shortest dependency cycle through a plugin, from the plugin back to itself (`a, b, c, a`); null if there is none.
 * A plugin that only depends on members of a cycle is not part of the cycle.
 */
export function cycleOf(id: string, nodes: readonly GraphNode[]): readonly string[] | null {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  // Breadth first, so that the shortest one is named.
  const cameFrom = new Map<string, string>()
  const waiting = [id]
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    for (const next of Object.keys(byId.get(at)?.dependencies ?? {})) {
      if (next === id) return [...pathTo(at, id, cameFrom), id]
      if (!byId.has(next) || cameFrom.has(next)) continue
      cameFrom.set(next, at)
      waiting.push(next)
    }
  }
  return null
}

function pathTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path = [end]
  for (let at = end; at !== start;) {
    at = cameFrom.get(at)!
    path.unshift(at)
  }
  return path
}

/** What can be reached from a plugin, itself left out, in the order it is found. */
function reachable<T extends GraphNode>(id: string, neighbours: (id: string) => readonly T[]): T[] {
  const found = new Map<string, T>()
  const waiting = [id]
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    for (const node of neighbours(at)) {
      if (node.id === id || found.has(node.id)) continue
      found.set(node.id, node)
      waiting.push(node.id)
    }
  }
  return [...found.values()]
}
