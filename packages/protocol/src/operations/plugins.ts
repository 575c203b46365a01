import { z } from 'zod'
import {
  availableView,
  bulkPlanView,
  bulkResult,
  dependencyView,
  disabledTogether,
  healthView,
  permission,
  permissionsView,
  planView,
  pluginView,
  restartPolicy,
} from '../view.ts'
import { flag, pluginId } from './input.ts'
import { jsonObject } from '../json.ts'
import { operation } from './operation.ts'

const byId = z.strictObject({ id: pluginId })
/** `cascade` takes along what else has to be touched; `dryRun` answers with the plan and changes nothing. */
const planned = z.strictObject({ id: pluginId, cascade: flag, dryRun: flag })

const grants = z.array(permission).max(32)

export const pluginOperations = {
  'plugins.list': operation({
    role: 'viewer',
    audit: false,
    summary: 'All loaded plugins',
    input: z.strictObject({}),
    output: z.array(pluginView),
    rest: { method: 'GET', path: '/plugins' },
  }),
  'plugins.get': operation({
    role: 'viewer',
    audit: false,
    summary: 'One plugin',
    input: byId,
    output: pluginView,
    rest: { method: 'GET', path: '/plugins/{id}' },
  }),
  'plugins.health': operation({
    role: 'viewer',
    audit: false,
    summary: 'The health of a plugin, with reasons',
    input: byId,
    output: healthView,
    rest: { method: 'GET', path: '/plugins/{id}/health' },
  }),
  'plugins.available': operation({
    role: 'viewer',
    audit: false,
    summary: 'The plugins in the plugin paths that are not loaded',
    input: z.strictObject({}),
    output: z.array(availableView),
    rest: { method: 'GET', path: '/available-plugins' },
  }),
  'plugins.load': operation({
    role: 'admin',
    audit: { fields: ['path', 'version', 'enabled', 'grant', 'restartPolicy'] },
    summary:
      'Loads a plugin from a path, or an installed one by `id` and `version`, and starts it unless `enabled` is false',
    input: z.strictObject({
      path: z.string().min(1).max(4_096).optional(),
      /** In place of a path: an installed version. */
      id: pluginId.optional(),
      version: z.string().min(1).max(256).optional(),
      enabled: z.boolean().optional(),
      grant: z.array(permission).max(32).optional(),
      restartPolicy: restartPolicy.optional(),
      /** Left out: the defaults of its schema. */
      config: jsonObject.optional(),
      dryRun: flag,
    }),
    output: z.union([pluginView, planView]),
    rest: { method: 'POST', path: '/plugins', status: 201 },
  }),
  'plugins.enable': operation({
    role: 'operator',
    audit: { fields: ['cascade'] },
    summary: 'Starts a plugin; with `cascade`, its dependencies first',
    input: planned,
    output: z.union([pluginView, planView]),
    rest: { method: 'POST', path: '/plugins/{id}/enable' },
  }),
  'plugins.disable': operation({
    role: 'operator',
    audit: { fields: ['cascade'] },
    summary: 'Stops a plugin; it stays loaded',
    input: planned,
    output: z.union([pluginView, planView]),
    rest: { method: 'POST', path: '/plugins/{id}/disable' },
  }),
  'plugins.restart': operation({
    role: 'operator',
    audit: { fields: [] },
    summary: 'Starts a new instance of a plugin; a disabled plugin is enabled',
    input: z.strictObject({ id: pluginId, dryRun: flag }),
    output: z.union([pluginView, planView]),
    rest: { method: 'POST', path: '/plugins/{id}/restart' },
  }),
  'plugins.unload': operation({
    role: 'admin',
    audit: { fields: ['cascade'] },
    summary: 'Stops a plugin and removes it',
    input: planned,
    output: z.union([z.null(), planView]),
    rest: { method: 'DELETE', path: '/plugins/{id}', status: 204 },
  }),
  'plugins.bulk': operation({
    role: 'operator',
    // Each of them is an operation of its own, with a row of its own.
    audit: false,
    summary:
      'Enables, disables or restarts several plugins, in the order of their dependencies; the others continue if one fails',
    /** `cascade` takes along what else has to be affected; `dryRun` answers with the plan, cascade included. */
    input: z.strictObject({
      ids: z.array(pluginId).min(1).max(1_000),
      action: z.enum(['enable', 'disable', 'restart']),
      cascade: flag,
      dryRun: flag,
    }),
    output: z.union([z.array(bulkResult), bulkPlanView]),
    rest: { method: 'POST', path: '/bulk' },
  }),
  'plugins.disabledSets': operation({
    role: 'viewer',
    audit: false,
    summary: 'The plugins that are disabled: those that one person disabled in one go as one set, the newest first',
    input: z.strictObject({}),
    output: z.array(disabledTogether),
    rest: { method: 'GET', path: '/disabled-sets' },
  }),
  'plugins.dependencies': operation({
    role: 'viewer',
    audit: false,
    summary: 'The dependencies of each plugin, and whether they are met',
    input: z.strictObject({}),
    output: z.array(dependencyView),
    rest: { method: 'GET', path: '/dependencies' },
  }),
  'plugins.sparklines': operation({
    role: 'viewer',
    audit: false,
    summary: 'Events per second of several plugins in the last minute, oldest first; null is a gap',
    input: z.strictObject({ ids: z.array(pluginId).min(1).max(200) }),
    output: z.record(z.string(), z.array(z.number().nullable())),
    rest: { method: 'POST', path: '/sparklines' },
  }),
  'plugins.setRestartPolicy': operation({
    role: 'operator',
    audit: { fields: ['policy'] },
    summary: 'Sets when a plugin is restarted automatically, from its next failure on',
    input: z.strictObject({ id: pluginId, policy: restartPolicy }),
    output: pluginView,
    rest: { method: 'PUT', path: '/plugins/{id}/restart-policy' },
  }),
  'permissions.list': operation({
    role: 'viewer',
    audit: false,
    summary: 'The permissions of all plugins: what each requests, and what it was granted',
    input: z.strictObject({}),
    output: z.array(permissionsView.extend({ id: z.string() })),
    rest: { method: 'GET', path: '/permissions' },
  }),
  'permissions.get': operation({
    role: 'viewer',
    audit: false,
    summary: 'The permissions that a plugin requests, and those that it was granted',
    input: byId,
    output: permissionsView,
    rest: { method: 'GET', path: '/plugins/{id}/permissions' },
  }),
  'permissions.set': operation({
    role: 'admin',
    audit: { fields: ['granted'] },
    summary:
      'Grants permissions, from the next start on; with `expected`, only where these are still the granted ones (`GRANTS_CONFLICT`)',
    input: z.strictObject({ id: pluginId, granted: grants, expected: grants.optional() }),
    output: permissionsView,
    rest: { method: 'PUT', path: '/plugins/{id}/permissions' },
  }),
}
