import type { Permission, PermissionsView } from '@plugboard/protocol'

/** What a plugin can reach, from the widest on. */
export const FACETS = ['network', 'programs', 'write', 'read', 'vm', 'memory'] as const
export type Facet = (typeof FACETS)[number]

/** How the request of a plugin and its grant agree. */
export type FacetStatus = 'granted' | 'missing' | 'extra'

/** One thing that is granted or requested: a folder, an amount of memory, or (null) the permission as a whole. */
export interface FacetPart {
  readonly status: FacetStatus
  readonly folder: string | null
  readonly bytes: number | null
}

export type Facets = Readonly<Record<Facet, readonly FacetPart[]>>

const WHOLE: Readonly<Partial<Record<string, Facet>>> = {
  NetworkAccess: 'network',
  ExecuteSyscall: 'programs',
  WriteVmState: 'vm',
}

/** Stands for every folder. */
export const EVERYWHERE = '*'

/** What every plugin has is left out. A grant that reaches further than the request covers it. */
export function facetsOf({ requested, granted, missing }: PermissionsView): Facets {
  const found: Record<Facet, FacetPart[]> = { network: [], programs: [], write: [], read: [], vm: [], memory: [] }
  const asked = requested.flatMap(partsOf)
  const put = ({ facet, ...part }: Part, status: FacetStatus): void => {
    const isKnown = found[facet].some(({ folder, bytes }) => folder === part.folder && bytes === part.bytes)
    if (!isKnown) found[facet].push({ ...part, status })
  }
  const statusOf = (part: Part): FacetStatus => (asked.some((one) => overlaps(one, part)) ? 'granted' : 'extra')
  const parts = granted.flatMap(partsOf)
  for (const part of parts) put(part, statusOf(part))
  for (const part of missing.flatMap(partsOf)) put(part, 'missing')
  for (const part of parts) {
    // Whoever writes may read there, and a program of its own may read anything [PM1].
    if (part.facet === 'write') put({ ...part, facet: 'read' }, statusOf(part))
    if (part.facet === 'programs') {
      for (const facet of ['read', 'write'] as const) put({ ...part, facet, folder: EVERYWHERE }, statusOf(part))
    }
  }
  return found
}

/** Whether one of them covers the other. Of memory, any amount is the same thing. */
function overlaps(one: Part, other: Part): boolean {
  if (one.facet !== other.facet) return false
  if (one.folder === null || other.folder === null) return true
  return isInside(one.folder, other.folder) || isInside(other.folder, one.folder)
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

/** Whether something was requested and not granted, or granted and not requested. */
export function differs(facets: Facets): boolean {
  return FACETS.some((facet) => facets[facet].some(({ status }) => status !== 'granted'))
}

/** How far a plugin reaches, as a number to sort by. */
export function reachOf(facets: Facets): number {
  return FACETS.reduce((reach, facet, index) => {
    const has = facets[facet].some(({ status }) => status !== 'missing')
    return reach + (has ? 2 ** (FACETS.length - index) : 0)
  }, 0)
}

interface Part extends Omit<FacetPart, 'status'> {
  readonly facet: Facet
}

function partsOf(permission: Permission): Part[] {
  if (typeof permission === 'string') {
    const facet = WHOLE[permission]
    return facet ? [{ facet, folder: null, bytes: null }] : []
  }
  if (permission.name === 'MemoryAllocation') return [{ facet: 'memory', folder: null, bytes: permission.bytes }]
  return (['read', 'write'] as const).flatMap((facet) =>
    (permission[facet] ?? []).map((folder) => ({ facet, folder, bytes: null })),
  )
}
