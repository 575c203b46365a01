import { z } from 'zod'
import { silenceView } from '../record-view.ts'
import { pluginId } from './input.ts'
import { operation } from './operation.ts'

const DAY_MINUTES = 1_440
/** Longer than a timer waits it may not be, and whoever does not want to know for so long disables the plugin. */
const MAX_MINUTES = 14 * DAY_MINUTES
const MAX_NOTE = 200

export const silenceOperations = {
  'silences.list': operation({
    role: 'viewer',
    audit: false,
    summary: 'Plugins whose trouble is known: nobody is notified of them for now',
    input: z.strictObject({}),
    output: z.array(silenceView),
    rest: { method: 'GET', path: '/silences' },
  }),
  'plugins.silence': operation({
    role: 'operator',
    audit: { fields: ['minutes', 'note'] },
    summary:
      'Silences a plugin for some minutes: it is shown apart, and nobody is notified of it. What happens is written down all the same',
    input: z.strictObject({
      id: pluginId,
      minutes: z.number().int().min(1).max(MAX_MINUTES),
      note: z.string().trim().max(MAX_NOTE).optional(),
    }),
    output: silenceView,
    rest: { method: 'PUT', path: '/plugins/{id}/silence' },
  }),
  'plugins.endSilence': operation({
    role: 'operator',
    audit: { fields: [] },
    summary: 'Ends the silence of a plugin before its time',
    input: z.strictObject({ id: pluginId }),
    output: z.null(),
    rest: { method: 'DELETE', path: '/plugins/{id}/silence', status: 204 },
  }),
}
