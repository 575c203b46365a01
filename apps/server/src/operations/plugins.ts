import { PluginError, type LoadOptions, type PluginManager } from '@plugboard/core'
import type { PluginView } from '@plugboard/protocol'
import { availableView, corePermissions, permissionsView, planView, viewOf } from '../views.ts'
import { bucketize } from '../telemetry/buckets.ts'
import type { Handlers } from './handler.ts'

const DEFAULT_POINTS = 150

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
  | 'plugins.setRestartPolicy'
  | 'plugins.history'
  | 'permissions.get'
  | 'permissions.set'
> = {
  'plugins.list': (_input, { manager }) =>
    manager.getAllPlugins().flatMap(({ metadata }) => viewOf(manager, metadata.id) ?? []),
  'plugins.get': ({ id }, { manager }) => view(manager, id),
  'plugins.health': ({ id }, { manager }) => view(manager, id).health,
  'plugins.available': async (_input, { manager }) => (await manager.listAvailablePlugins()).map(availableView),
  'plugins.load': async ({ path, enabled, grant, restartPolicy, dryRun = false }, { manager }) => {
    const options: LoadOptions = {
      ...(enabled !== undefined && { enabled }),
      ...(grant && { grant: corePermissions(grant) }),
      ...(restartPolicy && { restartPolicy }),
    }
    if (dryRun) return planView(await manager.loadPlugin(path, { ...options, dryRun }))
    return view(manager, await manager.loadPlugin(path, options))
  },
  'plugins.enable': async ({ id, cascade = false, dryRun = false }, { manager }) => {
    const plan = await manager.enablePlugin(id, { cascade, dryRun })
    return dryRun ? planView(plan) : view(manager, id)
  },
  'plugins.disable': async ({ id, cascade = false, dryRun = false }, { manager }) => {
    const plan = await manager.disablePlugin(id, { cascade, dryRun })
    return dryRun ? planView(plan) : view(manager, id)
  },
  'plugins.restart': async ({ id, dryRun = false }, { manager }) => {
    const plan = await manager.restartPlugin(id, { dryRun })
    return dryRun ? planView(plan) : view(manager, id)
  },
  'plugins.unload': async ({ id, cascade = false, dryRun = false }, { manager }) => {
    const plan = await manager.unloadPlugin(id, { cascade, dryRun })
    return dryRun ? planView(plan) : null
  },
  'plugins.setRestartPolicy': ({ id, policy }, { manager }) => {
    manager.setRestartPolicy(id, policy)
    return view(manager, id)
  },
  'plugins.history': ({ id, metric, from, to, points = DEFAULT_POINTS }, { manager, sampler }) => {
    view(manager, id)
    const { at, values } = sampler.seriesOf(id)
    return {
      metric,
      points: bucketize(at, values[metric] ?? [], { from: from ?? at[0] ?? 0, to: to ?? Date.now(), points }),
    }
  },
  'permissions.get': ({ id }, { manager }) => permissionsView(found(manager.getPlugin(id), id)),
  'permissions.set': ({ id, granted }, { manager }) => {
    manager.setGrants(id, corePermissions(granted))
    return permissionsView(found(manager.getPlugin(id), id))
  },
}

function view(manager: PluginManager, id: string): PluginView {
  return found(viewOf(manager, id), id)
}

function found<T>(value: T | undefined, id: string): T {
  if (value !== undefined) return value
  throw new PluginError('PLUGIN_NOT_FOUND', `there is no plugin ${id}`, { id })
}
