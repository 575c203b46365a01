import { dependenciesOf, dependentsOf, type GraphNode } from '../catalog/dependency-graph.ts'
import type { PluginState } from '../plugin/state.ts'

/** What each reason for a step says in `details`. */
export interface StepDetails {
  asked: {
    /** Running plugins that do without it meanwhile. */
    readonly dependents: readonly string[]
  }
  /** What is loaded is started too. */
  loaded: null
  /** It is disabled, and `dependent` cannot start without it. */
  needed: { readonly dependent: string }
  /** The plugin needs `dependency`, directly (`isDirect`) or through other plugins. */
  dependent: { readonly dependency: string; readonly isDirect: boolean }
}

export type StepCode = keyof StepDetails

/** One step of a plan, and why it is part of it: as a sentence, and as what that is made of. */
export type Step = {
  [Code in StepCode]: {
    readonly id: string
    readonly action: 'load' | 'enable' | 'restart' | 'disable' | 'unload'
    readonly code: Code
    /** A plain sentence. */
    readonly reason: string
    readonly details: StepDetails[Code]
  }
}[StepCode]

/** What an operation does, or did: its steps, in order. */
export interface Plan {
  readonly steps: readonly Step[]
}

export interface DryRunOption {
  /** Change nothing, and return the plan, including the steps that need `cascade`. */
  readonly dryRun?: boolean
}

/** A plugin, as far as plans go. */
export interface PlannedPlugin extends GraphNode {
  readonly state: PluginState
  /** Whether an operator wants it to run. */
  readonly enabled: boolean
}

export function planLoad(id: string, { enabled }: { readonly enabled: boolean }): Step[] {
  const load = asked(id, 'load')
  if (!enabled) return [load]
  const reason = 'A loaded plugin is started, unless requested otherwise.'
  return [load, { id, action: 'enable', code: 'loaded', reason, details: null }]
}

/** Disabled dependencies come first. There are no steps if the plugin is active. */
export function planEnable(id: string, plugins: readonly PlannedPlugin[]): Step[] {
  if (plugins.find((plugin) => plugin.id === id)?.state === 'active') return []
  const needed = dependenciesOf(id, plugins).filter(({ enabled }) => !enabled)
  return [
    ...needed.map((plugin): Step => ({
      id: plugin.id,
      action: 'enable',
      code: 'needed',
      reason: `Required by ${id}, and disabled.`,
      details: { dependent: id },
    })),
    asked(id, 'enable'),
  ]
}

/** One step: dependents keep running, and the reason names them. */
export function planRestart(id: string, plugins: readonly PlannedPlugin[]): Step[] {
  return [asked(id, 'restart', runningDependents(id, plugins))]
}

/** Running dependents are disabled first, the outermost first; nothing at all where it is loaded only. */
export function planDisable(id: string, plugins: readonly PlannedPlugin[]): Step[] {
  if (plugins.find((plugin) => plugin.id === id)?.state === 'loaded') return []
  return [...disableDependents(id, plugins), asked(id, 'disable')]
}

export function planUnload(id: string, plugins: readonly PlannedPlugin[]): Step[] {
  return [...disableDependents(id, plugins), asked(id, 'unload')]
}

function asked(id: string, action: Step['action'], running: readonly PlannedPlugin[] = []): Step {
  const dependents = running.map((plugin) => plugin.id)
  const beside = ` ${dependents.join(', ')} keep${dependents.length === 1 ? 's' : ''} running without it.`
  const reason = `Requested.${dependents.length === 0 ? '' : beside}`
  return { id, action, code: 'asked', reason, details: { dependents } }
}

function disableDependents(id: string, plugins: readonly PlannedPlugin[]): Step[] {
  return runningDependents(id, plugins).map((plugin) => {
    const isDirect = Object.hasOwn(plugin.dependencies, id)
    const reason = isDirect ? `Depends on ${id}.` : `Depends on ${id} through other plugins.`
    return { id: plugin.id, action: 'disable', code: 'dependent', reason, details: { dependency: id, isDirect } }
  })
}

function runningDependents(id: string, plugins: readonly PlannedPlugin[]): PlannedPlugin[] {
  return dependentsOf(id, plugins).filter(({ state }) => state === 'active' || state === 'initializing')
}
