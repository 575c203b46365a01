import { startOrder, type LoadOptions, type Plan, type PluginManager, type Step } from '@plugboard/core'
import type { Permission as CorePermission } from '@plugboard/plugin-sdk'
import type { BulkResult } from '@plugboard/protocol'
import type { Intent } from '../desired/desired-state.ts'
import { loadKept } from '../desired/load-kept.ts'
import type { Desired } from '../store/tables/plugins.ts'
import {
  availableView,
  corePermissions,
  dependencyViews,
  foundPlugin,
  foundView,
  permissionsView,
  planView,
  viewOf,
} from '../views.ts'
import { RequestError } from '../wire-problem.ts'
import type { Handlers } from './handler.ts'

const SPARK_SECONDS = 60
const ENDS_BULK: ReadonlySet<string> = new Set(['MANAGER_CLOSED', 'FORBIDDEN', 'UNAUTHENTICATED'])

/** What a plugin is wanted to be once a step is done. */
const DESIRED: Readonly<Record<Step['action'], Desired>> = {
  load: 'active',
  enable: 'active',
  restart: 'active',
  disable: 'loaded',
  unload: 'unloaded',
}

export const pluginHandlers: Handlers<
  | 'plugins.list'
  | 'plugins.get'
  | 'plugins.health'
  | 'plugins.available'
  | 'plugins.load'
  | 'plugins.enable'
  | 'plugins.disable'
  | 'plugins.restart'
  | 'plugins.unload'
  | 'plugins.bulk'
  | 'plugins.dependencies'
  | 'plugins.sparklines'
  | 'plugins.setRestartPolicy'
  | 'permissions.get'
  | 'permissions.set'
> = {
  'plugins.list': (_input, { manager }) =>
    manager.getAllPlugins().flatMap(({ metadata }) => viewOf(manager, metadata.id) ?? []),
  'plugins.get': ({ id }, { manager }) => foundView(manager, id),
  'plugins.health': ({ id }, { manager }) => foundView(manager, id).health,
  'plugins.available': async (_input, { manager }) => (await manager.listAvailablePlugins()).map(availableView),
  'plugins.load': async ({ path, enabled, grant, restartPolicy, dryRun = false }, context) => {
    const options: LoadOptions = {
      ...(enabled !== undefined && { enabled }),
      ...(grant && { grant: corePermissions(grant) }),
      ...(restartPolicy && { restartPolicy }),
    }
    if (dryRun) return planView(await context.manager.loadPlugin(path, { ...options, dryRun }))
    return foundView(context.manager, await loadKept(path, options, context))
  },
  'plugins.enable': async ({ id, cascade = false, dryRun = false }, { manager, desired }) => {
    const plan = await manager.enablePlugin(id, { cascade, dryRun: true })
    if (dryRun) return planView(plan)
    const isAlone = plan.steps.every((step) => step.id === id)
    await desired.run(id, isAlone || cascade ? intents(plan) : [], () => manager.enablePlugin(id, { cascade }))
    return foundView(manager, id)
  },
  'plugins.disable': async ({ id, cascade = false, dryRun = false }, { manager, desired }) => {
    const plan = await manager.disablePlugin(id, { cascade, dryRun: true })
    if (dryRun) return planView(plan)
    await desired.run(id, endIntents(id, plan, cascade), () => manager.disablePlugin(id, { cascade }))
    return foundView(manager, id)
  },
  'plugins.restart': async ({ id, dryRun = false }, { manager, desired }) => {
    const plan = await manager.restartPlugin(id, { dryRun: true })
    if (dryRun) return planView(plan)
    await desired.run(id, [{ id, desired: 'active' }], () => manager.restartPlugin(id))
    return foundView(manager, id)
  },
  'plugins.unload': async ({ id, cascade = false, dryRun = false }, { manager, desired }) => {
    const plan = await manager.unloadPlugin(id, { cascade, dryRun: true })
    if (dryRun) return planView(plan)
    await desired.run(id, endIntents(id, plan, cascade), () => manager.unloadPlugin(id, { cascade }))
    return null
  },
  'plugins.bulk': async ({ ids, action }, { manager, run }) => {
    const results: BulkResult[] = []
    for (const id of bulkOrder(ids, action, manager)) {
      const reply = await run(`plugins.${action}`, { id })
      // Whoever asked may no longer, or the server stops: those that are left were not tried.
      if (!reply.ok && ENDS_BULK.has(reply.error.code)) {
        if (results.length === 0) throw new RequestError(reply.error.code, reply.error.message, reply.error.details)
        const tried = new Set(results.map((result) => result.id))
        const left = ids.filter((one) => !tried.has(one))
        return [...results, ...left.map((one) => ({ id: one, error: reply.error }))]
      }
      results.push({ id, error: reply.ok ? null : reply.error })
    }
    return results
  },
  'plugins.dependencies': (_input, { manager }) => dependencyViews(manager.getAllPlugins()),
  'plugins.sparklines': ({ ids }, { sampler }) =>
    Object.fromEntries([...new Set(ids)].map((id) => [id, sampler.recentRates(id, SPARK_SECONDS)])),
  'plugins.setRestartPolicy': async ({ id, policy }, { manager, desired }) => {
    foundPlugin(manager, id)
    await desired.setUp(id, { restartPolicy: policy }, () => manager.setRestartPolicy(id, policy))
    return foundView(manager, id)
  },
  'permissions.get': ({ id }, { manager }) => permissionsView(foundPlugin(manager, id)),
  'permissions.set': async ({ id, granted, expected }, { manager, desired }) => {
    const before = desired.grantsOf(foundPlugin(manager, id))
    if (expected && !isSameGrants(corePermissions(expected), before)) {
      throw new RequestError('GRANTS_CONFLICT', `the permissions of ${id} were changed meanwhile`, { granted: before })
    }
    const grants = corePermissions(granted)
    await desired.setUp(id, { grants }, () => manager.setGrants(id, grants))
    return permissionsView(foundPlugin(manager, id))
  },
}

/** Whatever their order; what everybody has need not be named. */
function isSameGrants(a: readonly CorePermission[], b: readonly CorePermission[]): boolean {
  const named = (grants: readonly CorePermission[]): string =>
    grants
      .filter((permission) => permission !== 'ReadVmState')
      .map((permission) => JSON.stringify(permission))
      .sort()
      .join()
  return named(a) === named(b)
}

/** What others need is started before them and ended after them; an unknown one keeps its place at the end. */
function bulkOrder(ids: readonly string[], action: 'enable' | 'disable' | 'restart', manager: PluginManager): string[] {
  const wanted = new Set(ids)
  // Over all plugins: two of them may hang together by one that is not among them.
  const all = startOrder(manager.getAllPlugins().map(({ metadata }) => metadata)).map(({ id }) => id)
  const ordered = all.filter((id) => wanted.has(id))
  const known = new Set(ordered)
  return [...(action === 'disable' ? ordered.toReversed() : ordered), ...[...wanted].filter((id) => !known.has(id))]
}

function intents({ steps }: Plan): Intent[] {
  return steps.map(({ id, action }) => ({ id, desired: DESIRED[action] }))
}

/** A plan that touches others is refused without `cascade`, and then nobody wants any of it. */
function endIntents(id: string, plan: Plan, cascade: boolean): Intent[] {
  if (!cascade && plan.steps.some((step) => step.id !== id)) return []
  return plan.steps.length === 0 ? [{ id, desired: 'loaded' }] : intents(plan)
}
