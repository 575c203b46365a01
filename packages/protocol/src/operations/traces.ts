import { z } from 'zod'
import { traceArming, traceSummary, traceView } from '../trace-view.ts'
import { flag, numeric, pluginId } from './input.ts'
import { operation } from './operation.ts'

const MAX_LISTED = 200
const MAX_EVENTS = 100

const pattern = z.string().min(1).max(256)

export const traceOperations = {
  'traces.list': operation({
    role: 'viewer',
    audit: false,
    summary:
      'Followed events, newest first: one of each type in a second, those that were asked for, and replays of dead letters. `event` is the id of an event, `before` that of a trace; with `unhandled` only those that were not handled everywhere. They are held in memory, until newer ones need the room or the server ends',
    input: z.strictObject({
      event: z.string().min(1).max(1_024).optional(),
      plugin: pluginId.optional(),
      unhandled: flag,
      before: numeric.optional(),
      limit: numeric.pipe(z.number().int().min(1).max(MAX_LISTED)).optional(),
    }),
    output: z.array(traceSummary),
    rest: { method: 'GET', path: '/traces' },
  }),
  'traces.get': operation({
    role: 'viewer',
    audit: false,
    summary:
      'One followed event: the plugins that took it, how long it waited and was handled there, what was published because of it, and where it ended',
    input: z.strictObject({ traceId: numeric }),
    output: traceView,
    rest: { method: 'GET', path: '/traces/{traceId}' },
  }),
  'traces.armings': operation({
    role: 'viewer',
    audit: false,
    summary: 'The patterns whose next events will be followed',
    input: z.strictObject({}),
    output: z.array(traceArming),
    rest: { method: 'GET', path: '/traces/armings' },
  }),
  'traces.arm': operation({
    role: 'operator',
    audit: { fields: ['pattern', 'events'] },
    summary: `Follows the next events of a topic pattern, each of them, for ten minutes at most; \`events\` is ${MAX_EVENTS} at most, and 10 if it is left out`,
    input: z.strictObject({ pattern, events: z.number().int().min(1).max(MAX_EVENTS).optional() }),
    output: traceArming,
    rest: { method: 'POST', path: '/traces/arm' },
  }),
  'traces.disarm': operation({
    role: 'operator',
    audit: { fields: ['pattern'] },
    summary: 'No further events of a pattern are followed because they were asked for',
    input: z.strictObject({ pattern }),
    output: z.null(),
    rest: { method: 'POST', path: '/traces/disarm', status: 204 },
  }),
}
