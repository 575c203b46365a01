import { appendPoint, type PluginMetric, type Point, type Series } from './series.ts'
import { appendState, type StateChange, type StateHistory } from './state-history.ts'
import type { JsonObject, JsonValue } from './json.ts'
import type { DeadLetterView } from './letter-view.ts'
import type { PluginView } from './view.ts'

export const MAX_LOG_ENTRIES = 200
export const MAX_DEAD_LETTERS_SHOWN = 50

export interface LogEntry {
  readonly at: number
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly origin: 'plugin' | 'stdout' | 'stderr' | 'runtime'
  /** What the plugin said along with it. */
  readonly fields?: JsonObject
}

/** What a plugin's page shows. */
export interface PluginDetail {
  readonly view: PluginView
  readonly series: Series<PluginMetric>
  readonly states: StateHistory
  /** Newest last. */
  readonly logs: readonly LogEntry[]
  /** Newest first. */
  readonly deadLetters: readonly DeadLetterView[]
  /** What the plugin says of itself; null when it says nothing. */
  readonly status: JsonValue
}

export interface PluginDelta {
  readonly view?: PluginView
  readonly point?: Point<PluginMetric>
  readonly states?: readonly StateChange[]
  readonly logs?: readonly LogEntry[]
  readonly deadLetters?: readonly DeadLetterView[]
  /** All that are shown, anew: some were replayed or discarded. */
  readonly deadLetterList?: readonly DeadLetterView[]
  readonly status?: JsonValue
}

export function mergePlugin(detail: PluginDetail, delta: PluginDelta): PluginDetail {
  return {
    view: delta.view ?? detail.view,
    series: delta.point ? appendPoint(detail.series, delta.point) : detail.series,
    states: (delta.states ?? []).reduce(appendState, detail.states),
    logs: delta.logs ? [...detail.logs, ...delta.logs].slice(-MAX_LOG_ENTRIES) : detail.logs,
    deadLetters: mergeDeadLetters(detail.deadLetters, delta),
    status: delta.status === undefined ? detail.status : delta.status,
  }
}

function mergeDeadLetters(
  letters: readonly DeadLetterView[],
  { deadLetters = [], deadLetterList }: PluginDelta,
): readonly DeadLetterView[] {
  if (deadLetterList) return deadLetterList
  return deadLetters.length === 0 ? letters : [...deadLetters, ...letters].slice(0, MAX_DEAD_LETTERS_SHOWN)
}
