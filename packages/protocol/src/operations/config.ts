import { z } from 'zod'
import { jsonObject } from '../json.ts'
import { configRevisionView, configView } from '../view.ts'
import { aPage, page, pluginId, revision } from './input.ts'
import { operation } from './operation.ts'

const violation = z.object({
  pointer: z.string(),
  rule: z.string(),
  message: z.string(),
  /** What the rule asks for, by the names of JSON Schema validators: `limit`, `type`, `allowedValues`, … */
  params: z.record(z.string(), z.unknown()).optional(),
})

const outcome = z.object({ applied: z.boolean(), revision: z.number().int() })

export const configOperations = {
  'config.get': operation({
    role: 'viewer',
    audit: false,
    summary: 'The config of a plugin, with references in place of secrets, its schema and its revision',
    input: z.strictObject({ id: pluginId }),
    output: configView,
    rest: { method: 'GET', path: '/plugins/{id}/config', etagField: 'revision' },
  }),
  'config.check': operation({
    // Not for viewers: by trying values beside the reference of a secret, one could find the secret out.
    role: 'operator',
    audit: false,
    summary: 'Validates a config without setting it',
    input: z.strictObject({ id: pluginId, config: jsonObject }),
    output: z.object({ violations: z.array(violation) }),
    rest: { method: 'POST', path: '/plugins/{id}/config/check' },
  }),
  'config.set': operation({
    role: 'operator',
    audit: { fields: ['revision'] },
    summary: 'Sets the config of a plugin; `applied` says whether it is in force now',
    input: z.strictObject({ id: pluginId, config: jsonObject, revision: revision.optional() }),
    output: outcome,
    rest: { method: 'PUT', path: '/plugins/{id}/config', ifMatchField: 'revision', etagField: 'revision' },
  }),
  'config.revisions': operation({
    role: 'viewer',
    audit: false,
    summary: `Configs of a plugin, newest first: their author, time and changes; ${aPage('revision')}`,
    input: z.strictObject({ id: pluginId, ...page }),
    output: z.array(configRevisionView),
    rest: { method: 'GET', path: '/plugins/{id}/config/revisions' },
  }),
  'config.revert': operation({
    role: 'operator',
    audit: { fields: ['to', 'revision'] },
    summary: 'Reverts to the config of a revision, secrets included, as a new revision',
    input: z.strictObject({ id: pluginId, to: revision, revision: revision.optional() }),
    output: outcome,
    rest: { method: 'POST', path: '/plugins/{id}/config/revert', ifMatchField: 'revision', etagField: 'revision' },
  }),
}
