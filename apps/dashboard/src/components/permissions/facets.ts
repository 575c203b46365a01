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

/** What every plugin has is left out. */
export function facetsOf({ requested, granted, missing }: PermissionsView): Facets {
  const found: Record<Facet, FacetPart[]> = { network: [], programs: [], write: [], read: [], vm: [], memory: [] }
  const asked = new Set(requested.flatMap(partsOf).map(nameOf))
  for (const part of granted.flatMap(partsOf)) {
    found[part.facet].push({ ...withoutFacet(part), status: asked.has(nameOf(part)) ? 'granted' : 'extra' })
  }
  for (const part of missing.flatMap(partsOf)) found[part.facet].push({ ...withoutFacet(part), status: 'missing' })
  return found
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

/** Of memory, any amount is the same thing. */
function nameOf({ facet, folder }: Part): string {
  return `${facet} ${folder}`
}

function withoutFacet({ folder, bytes }: Part): Omit<FacetPart, 'status'> {
  return { folder, bytes }
}
