import { z } from 'zod'
import { jsonValue } from '../json.ts'
import { deadLetterView, letterGroupsView, replayView } from '../letter-view.ts'
import { count, epochMs } from '../number.ts'
import { aPage, numeric, pluginId } from './input.ts'
import { operation } from './operation.ts'

const MAX_LISTED = 100
const MAX_CHOSEN = 1_000

const letterId = z.string().min(1).max(32)
const eventId = z.string().min(1).max(1_024)
const deadLetter = z.strictObject({ id: pluginId, letterId })
/** By their ids, or all of a group; without both all of the plugin. */
const several = {
  id: pluginId,
  letterIds: z.array(letterId).max(MAX_CHOSEN).optional(),
  group: z.string().min(1).max(64).optional(),
}

export const deadLetterOperations = {
  'deadLetters.groups': operation({
    role: 'viewer',
    audit: false,
    summary: 'Dead letters of all plugins or of one, by plugin, error and place in the code; and the replays that run',
    input: z.strictObject({ id: pluginId.optional() }),
    output: letterGroupsView,
    rest: { method: 'GET', path: '/dead-letters' },
  }),
  'deadLetters.list': operation({
    role: 'viewer',
    audit: false,
    summary: `Dead letters of a plugin or of one of its groups, newest first; ${aPage('id')}`,
    input: z.strictObject({
      id: pluginId,
      group: several.group,
      before: numeric.optional(),
      limit: numeric.pipe(z.number().int().min(1).max(MAX_LISTED)).optional(),
    }),
    output: z.array(deadLetterView),
    rest: { method: 'GET', path: '/plugins/{id}/dead-letters' },
  }),
  'deadLetters.event': operation({
    role: 'viewer',
    audit: false,
    summary: 'One event of a dead letter, with its data',
    input: deadLetter.extend({ eventId }),
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
  'deadLetters.replayEdited': operation({
    role: 'operator',
    audit: { fields: ['letterId', 'eventId'] },
    summary:
      'Replays one event of a dead letter with other data. If it fails again, the event stays as it was. Secrets that are hidden in the data stay what they are',
    input: deadLetter.extend({ eventId, data: jsonValue }),
    output: replayView,
    rest: {
      method: 'POST',
      path: '/plugins/{id}/dead-letters/{letterId}/events/{eventId}/replay',
    },
  }),
  'deadLetters.replayMany': operation({
    role: 'operator',
    audit: { fields: ['letterIds', 'group', 'perSecond'] },
    summary:
      'Replays several dead letters in the given order, up to the first event that fails again; without `letterIds` those of the group or all of them, oldest first',
    input: z.strictObject({ ...several, perSecond: z.number().min(0.1).max(10_000).optional() }),
    output: replayView,
    rest: { method: 'POST', path: '/plugins/{id}/dead-letters/replay' },
  }),
  'deadLetters.stopReplay': operation({
    role: 'operator',
    audit: { fields: [] },
    summary: 'Ends the replays of a plugin after the event in hand; what was not replayed stays',
    input: z.strictObject({ id: pluginId }),
    output: z.object({ stopped: count }),
    rest: { method: 'POST', path: '/plugins/{id}/dead-letters/stop-replay' },
  }),
  'deadLetters.discard': operation({
    role: 'operator',
    audit: { fields: ['letterId'] },
    summary: 'Discards a dead letter',
    input: deadLetter,
    output: z.null(),
    rest: { method: 'DELETE', path: '/plugins/{id}/dead-letters/{letterId}', status: 204 },
  }),
  'deadLetters.discardMany': operation({
    role: 'operator',
    audit: { fields: ['letterIds', 'group'] },
    summary:
      'Discards several dead letters; without `letterIds` those of the group or all of them. For five minutes they can be put back',
    input: z.strictObject(several),
    output: z.object({
      discarded: count,
      /** Null: nothing was discarded, or it is too large to be held. */
      undo: z.object({ discardId: z.string(), until: epochMs }).nullable(),
    }),
    rest: { method: 'POST', path: '/plugins/{id}/dead-letters/discard' },
  }),
  'deadLetters.putBack': operation({
    role: 'operator',
    audit: { fields: [] },
    summary: 'Puts dead letters back that were discarded within the last five minutes',
    input: z.strictObject({ id: pluginId, discardId: z.string().min(1).max(64) }),
    output: z.object({
      letters: count,
      /** Not put back: there was no room for them, or they were replayed meanwhile. */
      gone: count,
    }),
    rest: { method: 'POST', path: '/plugins/{id}/dead-letters/put-back' },
  }),
}
