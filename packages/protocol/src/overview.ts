import { appendPoint, type ManagerMetric, type Point, type Series } from './series.ts'
import { appendState, type StateChange, type StateHistory } from './state-history.ts'

/** How many topics and plugins a chart names; the others are one. */
export const OVERVIEW_TOPICS = 8
export const OVERVIEW_PLUGINS = 8
export const OTHERS = '(other)'

/** The past that the overview opens with. */
export interface Overview {
  readonly manager: Series<ManagerMetric>
  /** Events per second by topic. */
  readonly topics: Series
  /** Memory in bytes by plugin id. */
  readonly memory: Series
  readonly states: Readonly<Record<string, StateHistory>>
}

export interface OverviewDelta {
  readonly manager?: Point<ManagerMetric>
  readonly topics?: Point
  readonly memory?: Point
  readonly states?: readonly (StateChange & { readonly id: string })[]
  /** Plugins that are no longer loaded. */
  readonly removed?: readonly string[]
}

export function mergeOverview(overview: Overview, delta: OverviewDelta): Overview {
  const states = new Map(Object.entries(overview.states))
  for (const { id, ...change } of delta.states ?? []) states.set(id, appendState(states.get(id) ?? [], change))
  for (const id of delta.removed ?? []) states.delete(id)
  return {
    manager: delta.manager ? appendPoint(overview.manager, delta.manager) : overview.manager,
    topics: delta.topics ? appendPoint(overview.topics, delta.topics) : overview.topics,
    memory: delta.memory ? appendPoint(overview.memory, delta.memory) : overview.memory,
    states: Object.fromEntries(states),
  }
}
