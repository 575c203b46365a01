import { clock } from '@plugboard/core'
import type { MetricHistory } from '../telemetry/metric-history.ts'
import type { Incidents } from '../incidents/incidents.ts'
import type { LogStore } from '../logs/log-store.ts'
import type { PluginManager } from '@plugboard/core'
import type { Store } from '../store/store.ts'
import type { Timeline } from '../incidents/timeline.ts'
import type { Range } from '../telemetry/buckets.ts'
import { incidentView, timelineView } from '../views/incident.ts'
import { logLevelView } from '../views/log.ts'
import { foundView } from '../views/plugin.ts'
import { AtOnce } from './at-once.ts'
import type { Handlers } from './handler.ts'

const DEFAULT_POINTS = 150
const DEFAULT_RANGE_MS = 15 * 60_000
const DEFAULT_LIMIT = 100
const DEFAULT_BARS = 60
const LEAST_BAR_MS = 1_000
/** Of each caller: a search may look at all entries there are. */
const SEARCHES_AT_ONCE = 4
/** More than a list to choose from can hold. */
const MAX_ACTORS = 500

interface HistoryServices {
  readonly history: MetricHistory
  readonly incidents: Incidents
  readonly logs: LogStore
  readonly manager: PluginManager
  readonly store: Store
  readonly timeline: Timeline
}

export function historyHandlers({
  history,
  incidents,
  logs,
  manager,
  store,
  timeline,
}: HistoryServices): Handlers<
  | 'plugins.history'
  | 'stats.history'
  | 'bus.history'
  | 'stats.breakdown'
  | 'stats.ranking'
  | 'plugins.states'
  | 'incidents.list'
  | 'timeline.list'
  | 'timeline.actors'
  | 'logs.search'
  | 'logs.histogram'
  | 'logs.levels'
  | 'logs.setLevel'
> {
  const searches = new AtOnce(SEARCHES_AT_ONCE)
  return {
    'plugins.history': async ({ id, metric, ...range }) => ({
      metric,
      points: await history.range({ kind: 'plugin', name: id }, metric, rangeOf(range)),
    }),
    'stats.history': async ({ metric, ...range }) => ({
      metric,
      points: await history.range({ kind: 'manager', name: '' }, metric, rangeOf(range)),
    }),
    'bus.history': async ({ topic, ...range }) => ({
      metric: 'eventsPerSecond',
      points: await history.range({ kind: 'topic', name: topic }, 'eventsPerSecond', rangeOf(range)),
    }),
    'stats.breakdown': async ({ by, metric, ...range }) => await history.breakdown(by, metric, rangeOf(range)),
    'stats.ranking': async ({ metric, ...range }) => {
      const ids = manager.getAllPlugins().map(({ metadata }) => metadata.id)
      return await history.ranking(metric, { ids, ...rangeOf(range) })
    },
    'plugins.states': async ({ ids, from }) => {
      const states = await timeline.statesSince(ids, from)
      return Object.fromEntries(Object.entries(states).map(([id, changes]) => [id, [...changes]]))
    },
    'incidents.list': async ({ id, limit = DEFAULT_LIMIT, ...page }) => {
      await incidents.catchUp()
      return (await store.incidents.list({ ...page, pluginId: id, limit })).map(incidentView)
    },
    'timeline.list': async ({ id, kind, actor, from, to, before, limit = DEFAULT_LIMIT }) => {
      await timeline.catchUp()
      const rows = await store.timeline.list({ pluginId: id, kind, actor, since: from, until: to, before, limit })
      return rows.map(timelineView)
    },
    'timeline.actors': async (_input, { caller }) => {
      await timeline.catchUp()
      return await searches.run(caller.actor, () => store.timeline.actors({ limit: MAX_ACTORS }))
    },
    'logs.search': async (
      { id, ids = id === undefined ? undefined : [id], limit = DEFAULT_LIMIT, ...search },
      { caller },
    ) => {
      await logs.catchUp()
      return await searches.run(caller.actor, () => store.logs.search({ ...search, ids, limit }))
    },
    'logs.histogram': async ({ bars = DEFAULT_BARS, from, to, ...filter }, { caller }) => {
      await logs.catchUp()
      const stepMs = Math.max(LEAST_BAR_MS, Math.ceil((to - from) / bars))
      const asked = { ...filter, from, to, stepMs }
      return { stepMs, bars: await searches.run(caller.actor, () => store.logs.histogram(asked)) }
    },
    'logs.levels': () => manager.getAllPlugins().map(({ metadata }) => logLevelView(logs.levelOf(metadata.id))),
    'logs.setLevel': async ({ id, level, minutes }) => {
      foundView(manager, id)
      return logLevelView(await logs.setLevel(id, level, minutes))
    },
  }
}

interface AskedRange {
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly points?: number | undefined
}

function rangeOf({ to = clock.epoch(), from = to - DEFAULT_RANGE_MS, points = DEFAULT_POINTS }: AskedRange): Range {
  return { from: Math.min(from, to), to, points }
}
