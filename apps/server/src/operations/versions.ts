import type { GateCode, PluginManager, UpdateOptions } from '@plugboard/core'
import type { DesiredState } from '../desired/desired-state.ts'
import { RequestError } from '../errors/wire-problem.ts'
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
}

/** Whoever goes back knows that it is another version. What speaks against that version has to be accepted as for any update. */
const OF_GOING_BACK: readonly GateCode[] = ['dependents', 'major', 'pinned']

export function versionHandlers({
  manager,
  desired,
  versions,
  uploads,
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
  const listOf = (id: string) => versions.list(id).map(versionView)
  /** What runs afterwards is on disk when the operation is answered. */
  const change = async (id: string, by: string, act: () => Promise<unknown>): Promise<void> => {
    await desired.run(id, { intents: [], by }, async () => {
      await act()
      return { steps: [] }
    })
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
      const { isNew, id, version } = await versions.install(source, { by, digest })
      return { ...versionView(versions.get(id, version)), isNew }
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
      const needsAdmin = path !== undefined || grant.length > 0 || accept.includes('permissions')
      if (needsAdmin && caller.role !== 'admin') {
        throw new RequestError('FORBIDDEN', 'an update from a path, or with new permissions, needs the role admin')
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
      return ids.map((id) => foundView(manager, id))
    },
    'plugins.rollback': async ({ id, version, dryRun = false }, { caller: { actor: by, role } }) => {
      const { update } = foundPlugin(manager, id)
      const isWatched = update?.phase === 'watching' && (version === undefined || version === update.from)
      const target = isWatched ? update.from : (version ?? versions.former(id))
      const accept = role === 'admin' ? [...OF_GOING_BACK, 'permissions' as const] : OF_GOING_BACK
      const options = { version: target, accept, gates: versions.gatesOf(id, target) }
      if (dryRun) return updatePlanView(await manager.updatePlugin(id, { ...options, dryRun }))
      await change(id, by, () =>
        isWatched ? manager.settleUpdate(id, 'bad') : manager.updatePlugin(id, { ...options, dryRun: false }),
      )
      return foundView(manager, id)
    },
    'plugins.settleUpdate': async ({ id, verdict }, { caller: { actor: by } }) => {
      foundPlugin(manager, id)
      await change(id, by, () => manager.settleUpdate(id, verdict))
      return foundView(manager, id)
    },
  }
}
