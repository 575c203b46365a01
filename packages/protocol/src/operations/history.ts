import { z } from 'zod'
import { count } from '../number.ts'
import { MANAGER_METRICS, PLUGIN_METRICS } from '../series.ts'
import { incidentView, logLevel, logLevelView, logLineView, stateChange, timelineView } from '../record-view.ts'
import { aPage, numeric, page, pluginId, pluginIds } from './input.ts'
import { operation } from './operation.ts'

const MAX_POINTS = 1_000

/** Epoch milliseconds; without them the last 15 minutes. */
const range = {
  from: numeric.optional(),
  to: numeric.optional(),
  points: numeric.pipe(z.number().int().min(1).max(MAX_POINTS)).optional(),
}
const MAX_BARS = 200
const MAX_TEXTS = 8
const logText = z.string().min(1).max(256)
/** One or several; in a query the parameter stands once for each. */
const oneOrMore = (text: z.ZodString) => z.union([text, z.array(text).max(MAX_TEXTS)]).optional()

/**
 * Which log entries: of these plugins, of this level and above, in this time, with these texts in them, and with these
 * fields, each as `name=value`.
 */
const logFilter = {
  ids: pluginIds.optional(),
  text: oneOrMore(logText),
  field: oneOrMore(logText.regex(/^[^=]+=/)),
  level: logLevel.optional(),
  from: numeric.optional(),
  to: numeric.optional(),
}
/** Epoch milliseconds, mean, least and greatest of each interval; null is a gap. */
const points = z.array(z.tuple([z.number(), z.number().nullable(), z.number().nullable(), z.number().nullable()]))
const history = z.object({ metric: z.string(), points })

/** What was: figures, incidents, what happened, what was said. */
export const historyOperations = {
  'plugins.history': operation({
    role: 'viewer',
    audit: false,
    summary: 'The past of one metric of a plugin, in at most `points` points; the resolution follows the range',
    input: z.strictObject({ id: pluginId, metric: z.enum(PLUGIN_METRICS), ...range }),
    output: history,
    rest: { method: 'GET', path: '/plugins/{id}/history' },
  }),
  'stats.history': operation({
    role: 'viewer',
    audit: false,
    summary: 'The past of one metric over all plugins, in at most `points` points',
    input: z.strictObject({ metric: z.enum(MANAGER_METRICS), ...range }),
    output: history,
    rest: { method: 'GET', path: '/stats/history' },
  }),
  'bus.history': operation({
    role: 'viewer',
    audit: false,
    summary: 'Events per second of one of the busiest topics',
    input: z.strictObject({ topic: z.string().min(1).max(256), ...range }),
    output: history,
    rest: { method: 'GET', path: '/event-bus/history' },
  }),
  'stats.breakdown': operation({
    role: 'viewer',
    audit: false,
    summary: 'The past of a metric for the topics or plugins with the largest values in that time, and in total',
    input: z.strictObject({
      by: z.enum(['topic', 'plugin']),
      metric: z.enum([
        'eventsPerSecond',
        'memoryBytes',
        'cpuPercent',
        'droppedPerSecond',
        'discardedPerSecond',
        'inDoubtPerSecond',
        'missedPerSecond',
      ]),
      ...range,
    }),
    output: z.object({ lines: z.array(z.object({ name: z.string(), points })), total: points }),
    rest: { method: 'GET', path: '/stats/breakdown' },
  }),
  'stats.ranking': operation({
    role: 'viewer',
    audit: false,
    summary: 'The mean and the greatest value of a metric in that time for each plugin, the largest mean first',
    input: z.strictObject({
      metric: z.enum(PLUGIN_METRICS),
      from: numeric.optional(),
      to: numeric.optional(),
    }),
    output: z.array(z.object({ id: z.string(), mean: z.number(), max: z.number() })),
    rest: { method: 'GET', path: '/stats/ranking' },
  }),
  'plugins.states': operation({
    role: 'viewer',
    audit: false,
    summary: 'The states of plugins since `from`, and the state of each at that moment',
    input: z.strictObject({ ids: z.array(pluginId).min(1).max(50), from: numeric }),
    output: z.record(z.string(), z.array(stateChange)),
    rest: { method: 'POST', path: '/states' },
  }),
  'incidents.list': operation({
    role: 'viewer',
    audit: false,
    summary: `Incidents that were open at any time between two moments, newest first; ${aPage('id')}`,
    input: z.strictObject({ id: pluginId.optional(), from: numeric.optional(), to: numeric.optional(), ...page }),
    output: z.array(incidentView),
    rest: { method: 'GET', path: '/incidents' },
  }),
  'timeline.list': operation({
    role: 'viewer',
    audit: false,
    summary: `The timeline, newest first: states, failures, configs, versions, and operations with their actors; ${aPage('id')}`,
    input: z.strictObject({
      id: pluginId.optional(),
      kind: timelineView.shape.kind.optional(),
      actor: z.string().min(1).max(256).optional(),
      from: numeric.optional(),
      to: numeric.optional(),
      ...page,
    }),
    output: z.array(timelineView),
    rest: { method: 'GET', path: '/timeline' },
  }),
  'timeline.actors': operation({
    role: 'viewer',
    audit: false,
    summary: 'The actors that the timeline names, in alphabetical order',
    input: z.strictObject({}),
    output: z.array(z.string()),
    rest: { method: 'GET', path: '/timeline/actors' },
  }),
  'logs.search': operation({
    role: 'viewer',
    audit: false,
    summary: `Log entries, newest first: of this level and above, with these texts in them, and these fields as \`name=value\`; ${aPage('seq')}`,
    input: z.strictObject({
      id: pluginId.optional(),
      ...logFilter,
      ...page,
    }),
    output: z.array(logLineView),
    rest: { method: 'GET', path: '/logs' },
  }),
  'logs.histogram': operation({
    role: 'viewer',
    audit: false,
    summary: 'How many log entries of each level there are in each interval of a time',
    input: z.strictObject({
      ...logFilter,
      from: numeric,
      to: numeric,
      bars: numeric.pipe(z.number().int().min(1).max(MAX_BARS)).optional(),
    }),
    output: z.object({
      /** The length of an interval, in milliseconds. */
      stepMs: z.number(),
      /** Of each interval that has entries: when it begins, and how many there are by level. */
      bars: z.array(z.object({ at: z.number(), debug: count, info: count, warn: count, error: count })),
    }),
    rest: { method: 'GET', path: '/logs/histogram' },
  }),
  'logs.levels': operation({
    role: 'viewer',
    audit: false,
    summary: 'The level that is stored of each plugin’s log',
    input: z.strictObject({}),
    output: z.array(logLevelView),
    rest: { method: 'GET', path: '/log-levels' },
  }),
  'logs.setLevel': operation({
    role: 'operator',
    audit: { fields: ['level', 'minutes'] },
    summary:
      'Stores entries of this level and above from now on; with `minutes` the former level returns after that time',
    input: z.strictObject({
      id: pluginId,
      level: logLevel,
      minutes: z.number().int().min(1).max(1_440).optional(),
    }),
    output: logLevelView,
    rest: { method: 'PUT', path: '/plugins/{id}/log-level' },
  }),
}
