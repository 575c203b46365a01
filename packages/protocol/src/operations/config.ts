import { z } from 'zod'
import { jsonObject } from '../json.ts'
import { configView } from '../view.ts'
import { pluginId, revision } from './input.ts'
import { operation } from './operation.ts'

const violation = z.object({ pointer: z.string(), rule: z.string(), message: z.string() })

export const configOperations = {
  'config.get': operation({
    role: 'viewer',
    audit: false,
    summary: 'The config of a plugin, its schema and its revision; secrets are left out',
    input: z.strictObject({ id: pluginId }),
    output: configView,
    rest: { method: 'GET', path: '/plugins/{id}/config' },
  }),
  'config.check': operation({
    role: 'viewer',
    audit: false,
    summary: 'What is wrong with a config, without setting it',
    input: z.strictObject({ id: pluginId, config: jsonObject }),
    output: z.object({ violations: z.array(violation) }),
    rest: { method: 'POST', path: '/plugins/{id}/config/check' },
  }),
  'config.set': operation({
    role: 'operator',
    audit: true,
    summary: 'Sets the config of a plugin; `applied` says whether it is in force now',
    input: z.strictObject({ id: pluginId, config: jsonObject, revision: revision.optional() }),
    output: z.object({ applied: z.boolean(), revision: z.number().int() }),
    rest: { method: 'PUT', path: '/plugins/{id}/config', ifMatchField: 'revision' },
  }),
}
