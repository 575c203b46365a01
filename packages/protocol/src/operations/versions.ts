import { z } from 'zod'
import { comparisonView, gateCode, installView, updatePlanView, versionView } from '../version-view.ts'
import { permission, pluginView } from '../view.ts'
import { jsonObject } from '../json.ts'
import { flag, pluginId } from './input.ts'
import { operation } from './operation.ts'

const version = z.string().min(1).max(256)
const oneVersion = z.strictObject({ id: pluginId, version })
const MAX_WATCH_SECONDS = 600
const MAX_AT_ONCE = 100

/** The installed versions of plugins, and which of them runs. */
export const versionOperations = {
  'versions.list': operation({
    role: 'viewer',
    audit: false,
    summary: 'The installed versions of a plugin, the newest first',
    input: z.strictObject({ id: pluginId }),
    output: z.array(versionView),
    rest: { method: 'GET', path: '/plugins/{id}/versions' },
  }),
  'versions.install': operation({
    role: 'admin',
    audit: { fields: ['path', 'npm', 'digest'] },
    summary:
      'Installs a version from a folder or a `.tgz` on the server (`path`), from an npm registry (`npm`), or from the body, as `application/gzip`; with `digest` only if it has this one',
    input: z.strictObject({
      path: z.string().min(1).max(4_096).optional(),
      npm: z.string().min(1).max(512).optional(),
      /** Of a body that was sent as `application/gzip`. */
      upload: z.uuid().optional(),
      digest: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
    }),
    output: installView,
    rest: { method: 'POST', path: '/versions', status: 201, takesFile: true },
  }),
  'versions.compare': operation({
    role: 'viewer',
    audit: false,
    summary: 'What differs between two installed versions: metadata, permissions, schema, files',
    input: z.strictObject({ id: pluginId, from: version, to: version }),
    output: comparisonView,
    rest: { method: 'GET', path: '/plugins/{id}/versions/{from}/compare/{to}' },
  }),
  'versions.remove': operation({
    role: 'admin',
    audit: { fields: ['version'] },
    summary: 'Removes an installed version that is neither in use nor pinned',
    input: oneVersion,
    output: z.null(),
    rest: { method: 'DELETE', path: '/plugins/{id}/versions/{version}', status: 204 },
  }),
  'versions.pin': operation({
    role: 'operator',
    audit: { fields: ['version'] },
    summary: 'Holds a plugin at a version: an update to another one has to accept that; null lets it go',
    input: z.strictObject({ id: pluginId, version: version.nullable() }),
    output: z.array(versionView),
    rest: { method: 'PUT', path: '/plugins/{id}/pin' },
  }),
  'versions.ban': operation({
    role: 'operator',
    audit: { fields: ['version', 'banned', 'reason'] },
    summary: 'Says that a version is not to be used, and why; or that it may be again',
    input: z.strictObject({ id: pluginId, version, banned: z.boolean(), reason: z.string().max(1_000).optional() }),
    output: z.array(versionView),
    rest: { method: 'PUT', path: '/plugins/{id}/versions/{version}/ban' },
  }),
  'plugins.update': operation({
    role: 'operator',
    audit: { fields: ['version', 'path', 'strategy', 'accept', 'grant'] },
    summary:
      'Lets another version take over between two events, with its state, and watches it; a `path` and new permissions take the role admin. `accept` takes on gates; `dryRun` answers with them',
    input: z.strictObject({
      id: pluginId,
      /** An installed one. */
      version: version.optional(),
      /** Of a folder on the server. Without it and without `version`: where the plugin was loaded from. */
      path: z.string().min(1).max(4_096).optional(),
      strategy: z.enum(['swap', 'exclusive', 'restart']).optional(),
      watchSeconds: z.number().min(0).max(MAX_WATCH_SECONDS).optional(),
      accept: z.array(gateCode).max(16).optional(),
      /** What it may do from then on, besides what is granted. */
      grant: z.array(permission).max(32).optional(),
      /** Left out: the config that is set, which the new version may migrate. */
      config: jsonObject.optional(),
      dryRun: flag,
    }),
    output: z.union([pluginView, updatePlanView]),
    rest: { method: 'POST', path: '/plugins/{id}/update' },
  }),
  'plugins.updateAll': operation({
    role: 'operator',
    audit: { fields: ['updates', 'accept'] },
    summary:
      'Updates several plugins to installed versions in the order of their dependencies: all of them, or none; `dryRun` answers with the plans',
    input: z.strictObject({
      updates: z
        .array(z.strictObject({ id: pluginId, version }))
        .min(1)
        .max(MAX_AT_ONCE),
      watchSeconds: z.number().min(0).max(MAX_WATCH_SECONDS).optional(),
      accept: z.array(gateCode).max(16).optional(),
      dryRun: flag,
    }),
    output: z.union([z.array(pluginView), z.array(updatePlanView)]),
    rest: { method: 'POST', path: '/updates' },
  }),
  'plugins.rollback': operation({
    role: 'operator',
    audit: { fields: ['version'] },
    summary:
      'Goes back: to the version that stands by, or else to an installed one, the one before by default; from every state',
    input: z.strictObject({ id: pluginId, version: version.optional(), dryRun: flag }),
    output: z.union([pluginView, updatePlanView]),
    rest: { method: 'POST', path: '/plugins/{id}/rollback' },
  }),
  'plugins.settleUpdate': operation({
    role: 'operator',
    audit: { fields: ['verdict'] },
    summary: 'Ends the watching of an update: `good` keeps the new version, `bad` goes back',
    input: z.strictObject({ id: pluginId, verdict: z.enum(['good', 'bad']) }),
    output: pluginView,
    rest: { method: 'POST', path: '/plugins/{id}/update/settle' },
  }),
}
