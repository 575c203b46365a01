import type { GateCode, PluginManager, UpdateOptions } from '@plugboard/core'
import type { DesiredState } from '../desired/desired-state.ts'
import type { UpdateNotes } from '../desired/update-notes.ts'
import { RequestError } from '../errors/wire-problem.ts'
import type { Timeline } from '../incidents/timeline.ts'
import type { Uploads } from '../versions/uploads.ts'
import type { VersionLedger } from '../versions/version-ledger.ts'
import { corePermissions } from '../views/permission.ts'
import { foundPlugin, foundView } from '../views/plugin.ts'
import { comparisonView, updatePlanView, versionView } from '../views/version.ts'
import type { Handlers } from './handler.ts'

interface VersionServices {
  readonly manager: PluginManager
  readonly desired: DesiredState
  readonly versions: VersionLedger
  readonly uploads: Uploads
  readonly timeline: Timeline
  readonly updateNotes: UpdateNotes
}

/** Whoever goes back knows that it is another version. What speaks against that version has to be accepted as for any update. */
const OF_GOING_BACK: readonly GateCode[] = ['dependents', 'major', 'pinned']

export function versionHandlers({
  manager,
  desired,
  versions,
  uploads,
  timeline,
  updateNotes,
}: VersionServices): Handlers<
  | 'versions.list'
  | 'versions.install'
  | 'versions.compare'
  | 'versions.remove'
  | 'versions.pin'
  | 'versions.ban'
  | 'plugins.update'
  | 'plugins.updateAll'
  | 'plugins.rollback'
  | 'plugins.settleUpdate'
> {
  /** @throws RequestError, PluginError `PLUGIN_NOT_FOUND` for one that is neither loaded nor installed */
  const listOf = (id: string) => {
    const list = versions.list(id)
    if (list.length === 0) foundPlugin(manager, id)
    return list.map(versionView)
  }
  /** What runs afterwards is on disk when the operation is answered. */
  const change = async (id: string, by: string, act: () => Promise<unknown>): Promise<void> => {
    await desired.run(id, { intents: [], by }, async () => {
      await act()
      return { steps: [] }
    })
    await updateNotes.done(id)
  }
  return {
    'versions.list': ({ id }) => listOf(id),
    'versions.install': async ({ path, npm, upload, digest }, { caller: { actor: by } }) => {
      const given = [path, npm, upload].filter((one) => one !== undefined)
      if (given.length !== 1)
        throw new RequestError('INPUT_INVALID', 'one of path and npm is needed, or a body of the type application/gzip')
      const source =
        npm !== undefined
          ? ({ kind: 'npm', spec: npm } as const)
          : ({ kind: 'path', path: path ?? uploads.pathOf(upload!) } as const)
      const { isNew, id, version, removed } = await versions.install(source, { by, digest }, (one) =>
        desired.ranBefore(one),
      )
      if (removed.length > 0) {
        const title = `Removed for a newer one: ${removed.join(', ')}.`
        timeline.add({ kind: 'version', code: 'versions-removed', pluginId: id, title, detail: { removed } })
      }
      return { ...versionView(versions.get(id, version)), isNew, removed: [...removed] }
    },
    'versions.compare': async ({ id, from, to }) => comparisonView(await versions.compare(id, from, to)),
    'versions.remove': async ({ id, version }) => {
      await versions.remove(id, version)
      return null
    },
    'versions.pin': async ({ id, version }, { caller: { actor: by } }) => {
      await versions.pin(id, version, by)
      return listOf(id)
    },
    'versions.ban': async (
      { id, version, banned, reason = 'An operator does not want it.' },
      { caller: { actor: by } },
    ) => {
      if (banned) await versions.ban(id, version, { reason, by })
      else await versions.allow(id, version)
      return listOf(id)
    },
    'plugins.update': async (
      { id, version, path, strategy, watchSeconds, accept = [], grant = [], config, dryRun = false },
      { caller },
    ) => {
      // Without a version it is read anew from the folder that it was loaded from.
      const isFolder = version === undefined
      const needsAdmin = isFolder || grant.length > 0 || accept.includes('permissions')
      if (needsAdmin && caller.role !== 'admin') {
        throw new RequestError('FORBIDDEN', 'an update from a folder, or with new permissions, needs the role admin')
      }
      if (version !== undefined && path !== undefined)
        throw new RequestError('INPUT_INVALID', 'one of version and path is needed, not both')
      foundPlugin(manager, id)
      const options: UpdateOptions = {
        ...(version !== undefined && { version }),
        ...(path !== undefined && { path }),
        ...(strategy && { strategy }),
        ...(watchSeconds !== undefined && { watchMs: Math.round(watchSeconds * 1_000) }),
        ...(config && { config }),
        accept,
        grant: corePermissions(grant),
        gates: versions.gatesOf(id, version ?? null),
      }
      if (dryRun) return updatePlanView(await manager.updatePlugin(id, { ...options, dryRun }))
      await change(id, caller.actor, () => manager.updatePlugin(id, { ...options, dryRun: false }))
      return foundView(manager, id)
    },
    'plugins.updateAll': async (
      { updates, watchSeconds, accept = [], dryRun = false },
      { caller: { actor: by, role } },
    ) => {
      if (accept.includes('permissions') && role !== 'admin')
        throw new RequestError('FORBIDDEN', 'an update with new permissions needs the role admin')
      const ids = updates.map(({ id }) => id)
      for (const id of ids) foundPlugin(manager, id)
      const joint = updates.map(({ id, version }) => ({
        id,
        version,
        ...(watchSeconds !== undefined && { watchMs: Math.round(watchSeconds * 1_000) }),
        accept,
        gates: versions.gatesOf(id, version),
      }))
      if (dryRun) return (await manager.updatePlugins(joint, { dryRun })).map(updatePlanView)
      await desired.run(ids[0]!, { intents: [], by }, async () => {
        await manager.updatePlugins(joint)
        return { steps: [] }
      })
      await Promise.all(ids.map((id) => updateNotes.done(id)))
      return ids.map((id) => foundView(manager, id))
    },
    'plugins.rollback': async ({ id, version, dryRun = false }, { caller: { actor: by, role } }) => {
      const { update } = foundPlugin(manager, id)
      if (update?.phase === 'rolling-back')
        throw new RequestError('ILLEGAL_TRANSITION', `${id} is on its way back to ${update.from} already`, {
          id,
          state: 'unloading',
        })
      if (update?.phase === 'watching' && (version === undefined || version === update.from)) {
        if (dryRun) return updatePlanView(manager.planSettleUpdate(id))
        await change(id, by, () => manager.settleUpdate(id, 'bad'))
        return foundView(manager, id)
      }
      const target = version ?? versions.former(id, desired.ranBefore(id))
      const accept = role === 'admin' ? [...OF_GOING_BACK, 'permissions' as const] : OF_GOING_BACK
      const options = { version: target, accept, gates: versions.gatesOf(id, target) }
      if (dryRun) {
        const plan = await manager.updatePlugin(id, { ...options, dryRun })
        return updatePlanView({ ...plan, gates: plan.gates.filter(({ code }) => !accept.includes(code)) })
      }
      await change(id, by, () => manager.updatePlugin(id, { ...options, dryRun: false }))
      return foundView(manager, id)
    },
    'plugins.settleUpdate': async ({ id, verdict }, { caller: { actor: by } }) => {
      foundPlugin(manager, id)
      await change(id, by, () => manager.settleUpdate(id, verdict))
      return foundView(manager, id)
    },
  }
}
