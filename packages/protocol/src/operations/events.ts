import { z } from 'zod'
import { jsonValue } from '../json.ts'
import { busStatsView, deadLetterView, managerStatsView, replayView, sourceView } from '../view.ts'
import { aPage, numeric, pluginId } from './input.ts'
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

const MAX_LETTERS = 100
const deadLetter = z.strictObject({ id: pluginId, letterId: z.string().min(1).max(32) })

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
  'deadLetters.list': operation({
    role: 'viewer',
    audit: false,
    summary: `Dead letters of a plugin, newest first; ${aPage('id')}`,
    input: z.strictObject({
      id: pluginId,
      before: numeric.optional(),
      limit: numeric.pipe(z.number().int().min(1).max(MAX_LETTERS)).optional(),
    }),
    output: z.array(deadLetterView),
    rest: { method: 'GET', path: '/plugins/{id}/dead-letters' },
  }),
  'deadLetters.event': operation({
    role: 'viewer',
    audit: false,
    summary: 'One event of a dead letter, with its data',
    input: deadLetter.extend({ eventId: z.string().min(1).max(1_024) }),
    output: z.looseObject({ id: z.string(), type: z.string() }),
    rest: { method: 'GET', path: '/plugins/{id}/dead-letters/{letterId}/events/{eventId}' },
  }),
  'deadLetters.replay': operation({
    role: 'operator',
    audit: { fields: ['letterId'] },
    summary: 'Replays the events of a dead letter, up to the first one that fails again',
    input: deadLetter,
    output: replayView,
    rest: { method: 'POST', path: '/plugins/{id}/dead-letters/{letterId}/replay' },
  }),
  'deadLetters.replayMany': operation({
    role: 'operator',
    audit: { fields: ['letterIds'] },
    summary:
      'Replays several dead letters in the given order, up to the first event that fails again; without `letterIds` all of them, oldest first',
    input: z.strictObject({ id: pluginId, letterIds: z.array(z.string().min(1).max(32)).max(1_000).optional() }),
    output: replayView,
    rest: { method: 'POST', path: '/plugins/{id}/dead-letters/replay' },
  }),
  'deadLetters.discard': operation({
    role: 'operator',
    audit: { fields: ['letterId'] },
    summary: 'Discards a dead letter',
    input: deadLetter,
    output: z.null(),
    rest: { method: 'DELETE', path: '/plugins/{id}/dead-letters/{letterId}', status: 204 },
  }),
}
