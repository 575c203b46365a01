import type { PlanView, PluginState } from '@plugboard/protocol'

export type PluginAction = 'enable' | 'disable' | 'restart' | 'unload'

/** What a button needs to know of the plugin it acts on. */
export interface ActionTarget {
  readonly id: string
  readonly name: string
  readonly state: PluginState
  readonly enabled: boolean
}

export type Step = PlanView['steps'][number]

/** Which buttons make sense now. An action that would change nothing is not offered. */
export function isOffered(action: PluginAction, { state }: Pick<ActionTarget, 'state'>): boolean {
  switch (action) {
    case 'enable':
      return state === 'loaded'
    case 'disable':
      return state === 'active' || state === 'error' || state === 'initializing'
    case 'restart':
      return state === 'active' || state === 'error'
    case 'unload':
      return true
  }
}

/** What an action does to others than the plugin itself. */
export function stepsOnOthers(plan: PlanView, id: string): Step[] {
  return plan.steps.filter((step) => step.id !== id)
}
