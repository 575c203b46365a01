import type { InstanceState } from '../instance/instance-state.ts'

/** Where a plugin stands. `loaded` and `error` hold no instance and no process. */
export type PluginState = 'unloaded' | 'loading' | 'loaded' | 'initializing' | 'active' | 'error' | 'unloading'

/**
 * The one table that decides [LC1.a]. `unloading` is every ending: it leads to `loaded` (disable), to `initializing`
 * (restart), to `error` (the error limit, a failed start) and to `unloaded`.
 */
export const TRANSITIONS: Readonly<Record<PluginState, readonly PluginState[]>> = {
  unloaded: ['loading'],
  loading: ['loaded', 'unloaded'],
  loaded: ['initializing', 'unloading'],
  initializing: ['active', 'unloading', 'error'],
  active: ['unloading', 'error'],
  error: ['initializing', 'unloading'],
  unloading: ['loaded', 'initializing', 'error', 'unloaded'],
}

export function canTransition(from: PluginState, to: PluginState): boolean {
  return TRANSITIONS[from].includes(to)
}

/**
 * The state of a plugin follows from its instances: it is active while one of them is, whatever happens to another.
 * @param resting what it is while none of them lives
 */
export function stateOf(instances: readonly InstanceState[], resting: PluginState): PluginState {
  const names = new Set(instances.map(({ name }) => name))
  if (names.has('active')) return 'active'
  if (names.has('stopping')) return 'unloading'
  if (names.has('starting')) return 'initializing'
  return resting
}
