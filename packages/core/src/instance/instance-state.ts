/**
 * Where one running copy of a plugin stands. Events flow to an active one only; `isSilent`: it has given no sign of life
 * for 3 s or more. One that stands by has been stopped by an update, and can be started again. An ended one has no process.
 */
export type InstanceState =
  | { readonly name: 'starting' }
  | { readonly name: 'active'; readonly isSilent: boolean }
  | { readonly name: 'stopping' }
  | { readonly name: 'standby' }
  | { readonly name: 'ended' }

const NEXT: Readonly<Record<InstanceState['name'], readonly InstanceState['name'][]>> = {
  starting: ['active', 'stopping', 'ended'],
  active: ['active', 'stopping', 'ended'],
  stopping: ['standby', 'ended'],
  standby: ['active', 'stopping', 'ended'],
  ended: [],
}

/** False for a change that comes too late, for example from a late message. The caller ignores such a change. */
export function canBecome(from: InstanceState, to: InstanceState): boolean {
  return NEXT[from.name].includes(to.name)
}
