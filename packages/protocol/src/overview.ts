import { appendPoint, type ManagerMetric, type Point, type Series } from './series.ts'
import { appendState, type StateChange, type StateHistory } from './state-history.ts'

/** How many topics and plugins a chart names; the others are one. */
export const OVERVIEW_TOPICS = 8
export const OVERVIEW_PLUGINS = 8
export const OTHERS = '(other)'

/** The causes that the chart of losses tells apart. */
export const LOSS_CAUSES = ['dropped', 'discarded', 'inDoubt', 'missed'] as const
export type LossCause = (typeof LOSS_CAUSES)[number]

/** Events that no handler will see. */
export function eventsLost(counts: Readonly<Record<LossCause, number>>): number {
  return LOSS_CAUSES.reduce((sum, cause) => sum + counts[cause], 0)
}

/** Names a column of `losses`: no id of a plugin has a blank. */
export function lossName(pluginId: string, cause: LossCause): string {
  return `${pluginId} ${cause}`
}

/** What a column of `losses` stands for; null for the others together. */
export function parseLossName(name: string): { readonly pluginId: string; readonly cause: LossCause } | null {
  const [pluginId, cause] = name.split(' ')
  const known = LOSS_CAUSES.find((one) => one === cause)
  return pluginId !== undefined && known ? { pluginId, cause: known } : null
}

/** The past that the overview opens with. */
export interface Overview {
  readonly manager: Series<ManagerMetric>
  /** Events per second by topic. */
  readonly topics: Series
  /** Memory in bytes by plugin id. */
  readonly memory: Series
  /** Lost events per second, by plugin and cause: see {@link lossName}. */
  readonly losses: Series
  readonly states: Readonly<Record<string, StateHistory>>
}

export interface OverviewDelta {
  readonly manager?: Point<ManagerMetric>
  readonly topics?: Point
  readonly memory?: Point
  readonly losses?: Point
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
    losses: delta.losses ? appendPoint(overview.losses, delta.losses) : overview.losses,
    states: Object.fromEntries(states),
  }
}
