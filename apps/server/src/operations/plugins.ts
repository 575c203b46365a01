import type { ConfigLedger } from '../desired/config-ledger.ts'
import type { DesiredState } from '../desired/desired-state.ts'
import type { PluginManager } from '@plugboard/core'
import type { Sampler } from '../telemetry/sampler.ts'
import type { InstalledPlace, LoadOptions, Plan, Step } from '@plugboard/core'
import type { Permission as CorePermission } from '@plugboard/plugin-sdk'
import type { WireError } from '@plugboard/protocol'
import type { Intent } from '../desired/desired-state.ts'
import { loadStored } from '../desired/load-stored.ts'
import type { Desired } from '../store/tables/plugins.ts'
import { dependencyViews } from '../views/dependency.ts'
import { corePermissions, permissionsView } from '../views/permission.ts'
import { availableView, foundPlugin, foundView, planView, pluginView } from '../views/plugin.ts'
import { RequestError, toWire } from '../errors/wire-problem.ts'
import { bulkOrder, inOrder } from './bulk-order.ts'
import { bulkPlan } from './bulk-plan.ts'
import type { Handlers } from './handler.ts'

const SPARK_SECONDS = 60
type BulkAction = 'enable' | 'disable' | 'restart'

/** Starts take a processor each. */
const BULK_AT_ONCE = 4
const ENDS_BULK: ReadonlySet<string> = new Set(['MANAGER_CLOSED', 'FORBIDDEN', 'UNAUTHENTICATED'])

/** What a plugin is wanted to be once a step is done. */
const DESIRED: Readonly<Record<Step['action'], Desired>> = {
  load: 'active',
  enable: 'active',
  restart: 'active',
  disable: 'loaded',
  unload: 'unloaded',
}

interface PluginServices {
  readonly configs: ConfigLedger
  readonly desired: DesiredState
  readonly manager: PluginManager
  readonly sampler: Sampler
}

export function pluginHandlers({
  configs,
  desired,
  manager,
  sampler,
}: PluginServices): Handlers<
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
  | 'plugins.disabledSets'
  | 'plugins.dependencies'
  | 'plugins.sparklines'
  | 'plugins.setRestartPolicy'
  | 'permissions.list'
  | 'permissions.get'
  | 'permissions.set'
> {
  return {
    'plugins.list': () => manager.getAllPlugins().map(pluginView),
    'plugins.get': ({ id }) => foundView(manager, id),
    'plugins.health': ({ id }) => foundView(manager, id).health,
    'plugins.available': async () => (await manager.listAvailablePlugins()).map(availableView),
    'plugins.load': async ({ enabled, grant, restartPolicy, config, dryRun = false, ...given }, { caller }) => {
      const place = placeOf(given)
      const options: LoadOptions = {
        ...(enabled !== undefined && { enabled }),
        ...(grant && { grant: corePermissions(grant) }),
        ...(restartPolicy && { restartPolicy }),
        ...(config && { config }),
      }
      if (dryRun) return planView(await manager.loadPlugin(place, { ...options, dryRun }))
      return foundView(manager, await loadStored(place, options, { manager, desired, configs, caller }))
    },
    'plugins.enable': async ({ id, cascade = false, dryRun = false }, { caller: { actor: by } }) => {
      const plan = await manager.enablePlugin(id, { cascade, dryRun: true })
      if (dryRun) return planView(plan)
      const isAlone = plan.steps.every((step) => step.id === id)
      await desired.run(id, { intents: isAlone || cascade ? intents(plan) : [], by }, () =>
        manager.enablePlugin(id, { cascade }),
      )
      return foundView(manager, id)
    },
    'plugins.disable': async ({ id, cascade = false, dryRun = false }, { caller: { actor: by } }) => {
      const plan = await manager.disablePlugin(id, { cascade, dryRun: true })
      if (dryRun) return planView(plan)
      await desired.run(id, { intents: endIntents(id, plan, cascade), by }, () =>
        manager.disablePlugin(id, { cascade }),
      )
      return foundView(manager, id)
    },
    'plugins.restart': async ({ id, dryRun = false }, { caller: { actor: by } }) => {
      const plan = await manager.restartPlugin(id, { dryRun: true })
      if (dryRun) return planView(plan)
      await desired.run(id, { intents: [{ id, desired: 'active' }], by }, () => manager.restartPlugin(id))
      return foundView(manager, id)
    },
    'plugins.unload': async ({ id, cascade = false, dryRun = false }, { caller: { actor: by } }) => {
      const plan = await manager.unloadPlugin(id, { cascade, dryRun: true })
      if (dryRun) return planView(plan)
      await desired.run(id, { intents: endIntents(id, plan, cascade), by }, () => manager.unloadPlugin(id, { cascade }))
      return null
    },
    'plugins.bulk': async ({ ids, action, cascade = false, dryRun = false }, { run }) => {
      const nodes = manager.getAllPlugins().map(({ metadata }) => metadata)
      const order = bulkOrder(ids, { ends: action === 'disable', nodes })
      if (dryRun) return await bulkPlan([...order.keys()], (id) => planOf(manager, action, id))
      const ended: { by?: WireError } = {}
      const results = await inOrder(order, BULK_AT_ONCE, async (id) => {
        // The caller lost its role, or the server stops: the remaining plugins are not tried.
        if (ended.by) return { id, error: ended.by }
        const input = action === 'restart' ? { id } : { id, cascade }
        const reply = await run(`plugins.${action}`, input).catch((thrown: unknown) => {
          return { ok: false as const, error: toWire(thrown) }
        })
        if (!reply.ok && ENDS_BULK.has(reply.error.code)) ended.by = reply.error
        return { id, error: reply.ok ? null : reply.error }
      })
      const { by: refusal } = ended
      if (refusal && results.every(({ error }) => error?.code === refusal.code))
        throw new RequestError(refusal.code, refusal.message, refusal.details)
      return results
    },
    'plugins.disabledSets': () => desired.disabledSets(),
    'plugins.dependencies': () => dependencyViews(manager.getAllPlugins()),
    'plugins.sparklines': ({ ids }) =>
      Object.fromEntries([...new Set(ids)].map((id) => [id, sampler.recentRates(id, SPARK_SECONDS)])),
    'plugins.setRestartPolicy': async ({ id, policy }) => {
      foundPlugin(manager, id)
      await desired.setUp(id, { restartPolicy: policy }, () => manager.setRestartPolicy(id, policy))
      return foundView(manager, id)
    },
    'permissions.list': () =>
      manager.getAllPlugins().map((plugin) => ({ id: plugin.metadata.id, ...permissionsView(plugin) })),
    'permissions.get': ({ id }) => permissionsView(foundPlugin(manager, id)),
    'permissions.set': async ({ id, granted, expected }) => {
      const before = desired.grantsOf(foundPlugin(manager, id))
      if (expected && !isSameGrants(corePermissions(expected), before)) {
        throw new RequestError('GRANTS_CONFLICT', `the permissions of ${id} were changed meanwhile`, {
          granted: before,
        })
      }
      const grants = corePermissions(granted)
      await desired.setUp(id, { grants }, () => manager.setGrants(id, grants))
      return permissionsView(foundPlugin(manager, id))
    },
  }
}

/** @throws RequestError `INPUT_INVALID` */
function placeOf({
  path,
  id,
  version,
}: {
  readonly path?: string | undefined
  readonly id?: string | undefined
  readonly version?: string | undefined
}): string | InstalledPlace {
  if (path !== undefined && id === undefined && version === undefined) return path
  if (path === undefined && id !== undefined && version !== undefined) return { id, version }
  throw new RequestError('INPUT_INVALID', 'a plugin is loaded from a path, or by its id and version')
}

async function planOf(manager: PluginManager, action: BulkAction, id: string): Promise<Plan> {
  const dryRun = { dryRun: true }
  switch (action) {
    case 'enable':
      return await manager.enablePlugin(id, { ...dryRun, cascade: true })
    case 'disable':
      return await manager.disablePlugin(id, { ...dryRun, cascade: true })
    case 'restart':
      return await manager.restartPlugin(id, dryRun)
  }
}

/** Ignores the order, and `ReadVmState`, which every plugin has. */
function isSameGrants(a: readonly CorePermission[], b: readonly CorePermission[]): boolean {
  const named = (grants: readonly CorePermission[]): string =>
    grants
      .filter((permission) => permission !== 'ReadVmState')
      .map((permission) => JSON.stringify(permission))
      .sort()
      .join()
  return named(a) === named(b)
}

function intents({ steps }: Plan): Intent[] {
  return steps.map(({ id, action }) => ({ id, desired: DESIRED[action] }))
}

/** A plan that affects other plugins is refused without `cascade`, and then nothing of it is stored. */
function endIntents(id: string, plan: Plan, cascade: boolean): Intent[] {
  if (!cascade && plan.steps.some((step) => step.id !== id)) return []
  return plan.steps.length === 0 ? [{ id, desired: 'loaded' }] : intents(plan)
}
