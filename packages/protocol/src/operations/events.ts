import { z } from 'zod'
import { jsonValue } from '../json.ts'
import { busStatsView, managerStatsView, sourceView } from '../view.ts'
import { operation } from './operation.ts'

/** CloudEvents 1.0 in JSON. Attributes that events have no place for are let through, and the answer names them. */
export const cloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  time: z.iso.datetime({ offset: true }).optional(),
  id: z.string().min(1).max(1_024),
  source: z.string().min(1).max(256),
  type: z.string().min(1).max(256),
  subject: z.string().min(1).max(1_024).optional(),
  traceparent: z.string().min(1).max(1_024).optional(),
  datacontenttype: z.string().min(1).max(256).optional(),
  data: jsonValue.optional(),
  data_base64: z.base64().optional(),
})

/** A single event becomes a list of one, so that an error names the event and not the choice between event and list. */
const oneOrMany = z.preprocess(
  (given) => (Array.isArray(given) ? given : [given]),
  z.array(cloudEvent).min(1).max(1_000),
) as z.ZodType<z.output<typeof cloudEvent>[], z.input<typeof cloudEvent> | z.input<typeof cloudEvent>[]>

export const eventOperations = {
  'events.publish': operation({
    role: 'operator',
    audit: 'counted',
    summary: 'Publishes one CloudEvents event or a list of them, without waiting for handlers',
    input: z.strictObject({
      events: oneOrMany,
    }),
    output: z.object({ accepted: z.number().int(), ignoredAttributes: z.array(z.string()) }),
    rest: { method: 'POST', path: '/events', status: 202, bodyField: 'events' },
  }),
  'bus.stats': operation({
    role: 'viewer',
    audit: false,
    summary: 'Counters of the event bus',
    input: z.strictObject({}),
    output: busStatsView,
    rest: { method: 'GET', path: '/event-bus/stats' },
  }),
  'bus.reset': operation({
    role: 'operator',
    audit: { fields: [] },
    summary: 'Resets the counters of the event bus',
    input: z.strictObject({}),
    output: z.null(),
    rest: { method: 'POST', path: '/event-bus/reset', status: 204 },
  }),
  'sources.list': operation({
    role: 'viewer',
    audit: false,
    summary: 'The sources of events, with their status',
    input: z.strictObject({}),
    output: z.array(sourceView),
    rest: { method: 'GET', path: '/sources' },
  }),
  'stats.get': operation({
    role: 'viewer',
    audit: false,
    summary: 'Totals over all plugins',
    input: z.strictObject({}),
    output: managerStatsView,
    rest: { method: 'GET', path: '/stats' },
  }),
}
