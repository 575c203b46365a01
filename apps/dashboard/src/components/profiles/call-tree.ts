/** A function in a call tree, with what it and all that it called came to. */
export interface Frame {
  readonly name: string
  /** File and line; empty for what has none, such as the garbage collector. */
  readonly place: string
  /** Of its own, and with what it called: microseconds of a CPU profile, bytes of a heap profile. */
  readonly self: number
  readonly total: number
  readonly children: readonly Frame[]
  /** Whose code it is. */
  readonly owner: 'plugin' | 'runtime' | 'engine'
}

/** A function over all places of the tree. */
export interface FunctionSum {
  readonly name: string
  readonly place: string
  readonly self: number
  readonly owner: Frame['owner']
}

interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

/** What a `.cpuprofile` holds, as far as it is drawn. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: CallFrame
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

interface HeapNode {
  readonly callFrame: CallFrame
  readonly selfSize: number
  readonly children: readonly HeapNode[]
}

/** The call tree of a `.cpuprofile` or a `.heapprofile`. @throws TypeError where it is neither */
export function readCallTree(profile: unknown): Frame {
  const given = (profile ?? {}) as Partial<CpuProfile> & { readonly head?: HeapNode }
  if (given.nodes && given.samples && given.timeDeltas) return cpuTree(given as CpuProfile)
  if (given.head) return heapTree(given.head)
  throw new TypeError('this is no profile of the CPU or the heap')
}

/** The functions that cost the most themselves, wherever they were called from. */
export function topFunctions(root: Frame, count: number): FunctionSum[] {
  const sums = new Map<string, FunctionSum>()
  const add = (frame: Frame): void => {
    const key = `${frame.name} ${frame.place}`
    const { name, place, owner } = frame
    sums.set(key, { name, place, owner, self: (sums.get(key)?.self ?? 0) + frame.self })
    for (const child of frame.children) add(child)
  }
  add(root)
  return [...sums.values()]
    .filter(({ self }) => self > 0)
    .sort((a, b) => b.self - a.self)
    .slice(0, count)
}

function cpuTree({ nodes, samples, timeDeltas }: CpuProfile): Frame {
  const own = new Map<number, number>()
  // The time between two samples is that of the function seen at its beginning.
  samples.forEach((id, index) => own.set(id, (own.get(id) ?? 0) + Math.max(0, timeDeltas[index + 1] ?? 0)))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const build = (id: number): Frame => {
    const { callFrame, children = [] } = byId.get(id)!
    return frameOf(callFrame, own.get(id) ?? 0, children.map(build))
  }
  return withoutIdle(build(nodes[0]!.id))
}

function heapTree({ callFrame, selfSize, children }: HeapNode): Frame {
  return frameOf(callFrame, selfSize, children.map(heapTree))
}

function frameOf({ functionName, url, lineNumber }: CallFrame, self: number, children: readonly Frame[]): Frame {
  const file = url.split('/').at(-1) ?? ''
  return {
    name: functionName || '(anonymous)',
    place: url === '' ? '' : `${file}:${lineNumber + 1}`,
    self,
    total: self + children.reduce((sum, { total }) => sum + total, 0),
    children: children.toSorted((a, b) => b.total - a.total),
    owner: ownerOf(url),
  }
}

/** Plugboard's own code in a guest is two bundles. */
const OURS = /\/bundles\/(?:boot|guardian)\.cjs$/

function ownerOf(url: string): Frame['owner'] {
  if (url === '') return 'engine'
  return url.startsWith('node:') || OURS.test(url) ? 'runtime' : 'plugin'
}

/** Leaves out idle time. */
function withoutIdle(root: Frame): Frame {
  const children = root.children.filter(({ name }) => name !== '(idle)')
  return { ...root, children, total: root.self + children.reduce((sum, { total }) => sum + total, 0) }
}
