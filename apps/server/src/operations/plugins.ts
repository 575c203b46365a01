import { startOrder, type LoadOptions, type Plan, type PluginManager, type Step } from '@plugboard/core'
import type { BulkResult, PluginMetric, Series } from '@plugboard/protocol'
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
import type { Handlers } from './handler.ts'

const SPARK_SECONDS = 60

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
      results.push({ id, error: reply.ok ? null : { code: reply.error.code, message: reply.error.message } })
    }
    return results
  },
  'plugins.dependencies': (_input, { manager }) => dependencyViews(manager.getAllPlugins()),
  'plugins.sparklines': ({ ids }, { sampler }) =>
    Object.fromEntries(ids.map((id) => [id, lastMinute(sampler.seriesOf(id), Date.now())])),
  'plugins.setRestartPolicy': async ({ id, policy }, { manager, desired }) => {
    foundPlugin(manager, id)
    await desired.setUp(id, { restartPolicy: policy }, () => manager.setRestartPolicy(id, policy))
    return foundView(manager, id)
  },
  'permissions.get': ({ id }, { manager }) => permissionsView(foundPlugin(manager, id)),
  'permissions.set': async ({ id, granted }, { manager, desired }) => {
    foundPlugin(manager, id)
    const grants = corePermissions(granted)
    await desired.setUp(id, { grants }, () => manager.setGrants(id, grants))
    return permissionsView(foundPlugin(manager, id))
  },
}

/** A value for each second: what is known by the five seconds only has gaps between. */
function lastMinute({ at, values }: Series<PluginMetric>, now: number): (number | null)[] {
  if (at.length === 0) return []
  const seconds = new Array<number | null>(SPARK_SECONDS).fill(null)
  const from = now - SPARK_SECONDS * 1_000
  at.forEach((moment, index) => {
    const second = Math.floor((moment - from) / 1_000)
    if (second >= 0 && second < SPARK_SECONDS) seconds[second] = values.eventsPerSecond?.[index] ?? null
  })
  return seconds
}

/** What others need is started before them and ended after them; an unknown one keeps its place at the end. */
function bulkOrder(ids: readonly string[], action: 'enable' | 'disable' | 'restart', manager: PluginManager): string[] {
  const wanted = [...new Set(ids)]
  const nodes = wanted.flatMap((id) => manager.getPlugin(id)?.metadata ?? [])
  const ordered = startOrder(nodes).map(({ id }) => id)
  const known = new Set(ordered)
  return [...(action === 'disable' ? ordered.toReversed() : ordered), ...wanted.filter((id) => !known.has(id))]
}

function intents({ steps }: Plan): Intent[] {
  return steps.map(({ id, action }) => ({ id, desired: DESIRED[action] }))
}

/** A plan that touches others is refused without `cascade`, and then nobody wants any of it. */
function endIntents(id: string, plan: Plan, cascade: boolean): Intent[] {
  if (!cascade && plan.steps.some((step) => step.id !== id)) return []
  return plan.steps.length === 0 ? [{ id, desired: 'loaded' }] : intents(plan)
}
