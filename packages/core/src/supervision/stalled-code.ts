import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInside } from '../catalog/permission.ts'

/** A line of a plugin's own code. */
export interface CodeLocation {
  /** The function's name, or `(anonymous)`. */
  readonly function: string
  /** An absolute path. */
  readonly file: string
  /** From 1. */
  readonly line: number
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly hitCount?: number
  readonly children?: readonly number[]
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[]
}

const STACK_LINE = /^\s*at (?:(?:async )?(?:new )?(.+?) \()?(file:\/\/[^\s)]+?):(\d+)(?::\d+)?\)?$/
/** Stacks taken one after the other name the place when at least this share of them agrees. */
const ENOUGH = 0.5
const MAX_DEPTH = 1_000

/**
 * The innermost location in the plugin's own code. If enough stacks agree, they give the exact line; otherwise the CPU
 * profile decides.
 */
export function findStalledCode(
  { profile, stacks }: { readonly profile: string | null; readonly stacks: readonly (readonly string[])[] },
  folder: string,
): CodeLocation | null {
  const places = stacks.flatMap((stack) => innermost(stack, folder) ?? [])
  const [place, count] = mostFrequent(places)
  if (place && count >= stacks.length * ENOUGH) return place
  return (profile === null ? null : busiest(profile, folder)) ?? place
}

function innermost(stack: readonly string[], folder: string): CodeLocation | null {
  for (const line of stack) {
    const [, name, url, lineNumber] = STACK_LINE.exec(line) ?? []
    const file = url === undefined ? null : pathInside(url, folder)
    if (file !== null) return { function: name ?? '(anonymous)', file, line: Number(lineNumber) }
  }
  return null
}

/** Time spent in built-in functions counts for the plugin's function that called them. */
function busiest(text: string, folder: string): CodeLocation | null {
  const nodes = readNodes(text)
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)))
  const hits = new Map<ProfileNode, number>()
  for (const node of nodes) {
    const owner = ownerOf(node, parents, folder)
    if (owner) hits.set(owner, (hits.get(owner) ?? 0) + (node.hitCount ?? 0))
  }
  const [found, most] = [...hits].reduce<[ProfileNode | null, number]>(
    (best, [node, count]) => (count > best[1] ? [node, count] : best),
    [null, 0],
  )
  if (!found || most === 0) return null
  const { functionName, url, lineNumber } = found.callFrame
  const ticks = [...(found.positionTicks ?? [])].sort((a, b) => b.ticks - a.ticks)
  return {
    function: functionName || '(anonymous)',
    file: pathInside(url, folder)!,
    line: ticks[0]?.line ?? lineNumber + 1,
  }
}

function ownerOf(node: ProfileNode, parents: ReadonlyMap<number, ProfileNode>, folder: string): ProfileNode | null {
  // A profile comes from a process that may lie: its tree may be a circle.
  let depth = 0
  for (let at: ProfileNode | undefined = node; at && depth < MAX_DEPTH; at = parents.get(at.id)) {
    depth += 1
    if (pathInside(at.callFrame.url, folder) !== null) return at
  }
  return null
}

function readNodes(text: string): readonly ProfileNode[] {
  try {
    const { nodes } = JSON.parse(text) as { nodes?: readonly unknown[] }
    return Array.isArray(nodes) ? nodes.filter(isNode) : []
  } catch {
    return []
  }
}

function isNode(value: unknown): value is ProfileNode {
  const { id, callFrame, hitCount, children, positionTicks } = (value ?? {}) as Partial<ProfileNode>
  return (
    typeof id === 'number' &&
    typeof callFrame?.functionName === 'string' &&
    typeof callFrame.url === 'string' &&
    typeof callFrame.lineNumber === 'number' &&
    (hitCount === undefined || typeof hitCount === 'number') &&
    (children === undefined || Array.isArray(children)) &&
    (positionTicks === undefined ||
      (Array.isArray(positionTicks) && positionTicks.every((tick) => typeof tick?.line === 'number')))
  )
}

function mostFrequent(places: readonly CodeLocation[]): [CodeLocation | null, number] {
  const counts = new Map<string, { place: CodeLocation; count: number }>()
  for (const place of places) {
    const key = JSON.stringify(place)
    const entry = counts.get(key) ?? { place, count: 0 }
    entry.count += 1
    counts.set(key, entry)
  }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count)
  return most ? [most.place, most.count] : [null, 0]
}

/** The path of a URL when it lies in the plugin's folder; its own code, not Node's and not the guest's. */
function pathInside(url: string, folder: string): string | null {
  if (!url.startsWith('file://')) return null
  try {
    const path = fileURLToPath(url)
    return isAbsolute(path) && isInside(path, folder) ? path : null
  } catch {
    return null
  }
}
