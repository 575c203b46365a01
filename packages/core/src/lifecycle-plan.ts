import { dependenciesOf, dependentsOf, type GraphNode } from './dependency-graph.ts'
import type { PluginState } from './plugin-state.ts'

/** One step of a plan, and why it is part of it. */
export interface Step {
  readonly id: string
  readonly action: 'load' | 'enable' | 'restart' | 'disable' | 'unload'
  /** A plain sentence. */
  readonly reason: string
}

/** What an operation does, or did: its steps, in order. */
export interface Plan {
  readonly steps: readonly Step[]
}

/** A plugin, as far as plans go. */
export interface PlannedPlugin extends GraphNode {
  readonly state: PluginState
  /** What somebody wants it to be. */
  readonly enabled: boolean
}

const ASKED = 'You asked for it.'

export function planLoad(id: string, { enabled }: { readonly enabled: boolean }): Step[] {
  const load: Step = { id, action: 'load', reason: ASKED }
  return enabled
    ? [load, { id, action: 'enable', reason: 'What is loaded is started too, unless told otherwise.' }]
    : [load]
}

/** What it needs and somebody has disabled comes first; nothing at all where it is active. */
export function planEnable(id: string, plugins: readonly PlannedPlugin[]): Step[] {
  if (plugins.find((plugin) => plugin.id === id)?.state === 'active') return []
  const needed = dependenciesOf(id, plugins).filter(({ enabled }) => !enabled)
  return [
    ...needed.map((plugin): Step => ({
      id: plugin.id,
      action: 'enable',
      reason: `${id} needs it, and it is disabled.`,
    })),
    { id, action: 'enable', reason: ASKED },
  ]
}

/** One step: dependents keep running, and the reason names them. */
export function planRestart(id: string, plugins: readonly PlannedPlugin[]): Step[] {
  const names = runningDependents(id, plugins).map((plugin) => plugin.id)
  const reason =
    names.length === 0
      ? ASKED
      : `${ASKED} ${names.join(', ')} keep${names.length === 1 ? 's' : ''} running without it meanwhile.`
  return [{ id, action: 'restart', reason }]
}

/** Running dependents are disabled first, the outermost first; nothing at all where it is loaded only. */
export function planDisable(id: string, plugins: readonly PlannedPlugin[]): Step[] {
  if (plugins.find((plugin) => plugin.id === id)?.state === 'loaded') return []
  return [...disableDependents(id, plugins), { id, action: 'disable', reason: ASKED }]
}

export function planUnload(id: string, plugins: readonly PlannedPlugin[]): Step[] {
  return [...disableDependents(id, plugins), { id, action: 'unload', reason: ASKED }]
}

function disableDependents(id: string, plugins: readonly PlannedPlugin[]): Step[] {
  return runningDependents(id, plugins).map((plugin) => {
    const needs = Object.hasOwn(plugin.dependencies, id) ? 'needs' : 'needs, through others,'
    return { id: plugin.id, action: 'disable', reason: `It ${needs} ${id}.` }
  })
}

function runningDependents(id: string, plugins: readonly PlannedPlugin[]): PlannedPlugin[] {
  return dependentsOf(id, plugins).filter(({ state }) => state === 'active' || state === 'initializing')
}
