import {
  SECRET_RULES,
  type InstalledPlace,
  type KnownPlugin,
  type LoadOptions,
  type PluginManager,
  type StoredPlugin,
  type StoredUpdate,
} from '@plugboard/core'
import type { Logger } from 'pino'
import { bundledFolder, isBundled, loadNewBundledPlugins } from '../settings/bundled.ts'
import type { Timeline } from '../incidents/timeline.ts'
import { toWire } from '../errors/wire-problem.ts'
import type { ConfigLedger } from './config-ledger.ts'
import type { DeadLetterStore } from '../dead-letters/dead-letter-store.ts'
import type { PluginRow, UpdateRecord } from '../store/tables/plugins.ts'
import type { DesiredState } from './desired-state.ts'
import { loadStored } from './load-stored.ts'

interface BootDeps {
  readonly manager: PluginManager
  readonly desired: DesiredState
  readonly configs: ConfigLedger
  readonly letters: DeadLetterStore
  readonly timeline: Timeline
  /** The installed versions of the plugins that ship, by id. */
  readonly shipped: ReadonlyMap<string, string>
}

/** Lists every plugin as it was left, none of them started. @throws StoreError */
export async function restorePlugins(
  { manager, desired, configs, letters, timeline, shipped }: BootDeps,
  log: Logger,
): Promise<void> {
  const kept = await letters.read()
  const rows = (await desired.read()).filter((row) => row.desired !== 'unloaded')
  const restored: string[] = []
  for (const row of rows) {
    const { id, setup } = row
    const { grants, update, ...rest } = setup
    const last = await configs.last(id)
    if (last && last.lost.length > 0) {
      log.error({ plugin: id, lost: last.lost }, 'secrets cannot be opened with this key: set them again')
      timeline.add({
        kind: 'config',
        code: 'secrets-lost',
        severity: 'bad',
        pluginId: id,
        title: `The key of the secrets is another one. These are lost, set them again: ${last.lost.join(', ')}.`,
        detail: { lost: [...last.lost] },
      })
    }
    const options: StoredPlugin = {
      ...rest,
      ...placeNow(row, shipped),
      enabled: row.desired === 'active',
      grant: grants,
      config: last ?? { shown: {}, secrets: {}, revision: 1 },
      ...(update && { update: await withConfig(id, update, configs) }),
      deadLetters: kept.get(id) ?? [],
    }
    try {
      await manager.restorePlugins([options])
      restored.push(id)
    } catch (thrown) {
      // Its row stays: a server that understands it brings it back.
      log.error({ err: thrown, plugin: id }, 'a plugin could not be restored')
      timeline.add({
        kind: 'server',
        code: 'not-restored',
        severity: 'bad',
        title: `${id} could not be restored: ${String(thrown)}`,
        detail: { id, error: toWire(thrown) },
      })
    }
  }
  // A letter may hold secrets of any of them.
  for (const id of restored) letters.protect(id, kept.get(id) ?? [])
  for (const { id, setup } of rows) {
    const [before, now] = [setup.metadata.version, manager.getPlugin(id)?.metadata.version]
    if (now === undefined || now === before) continue
    timeline.add({
      kind: 'version',
      code: 'version',
      pluginId: id,
      title: `The version changed from ${before} to ${now}.`,
      detail: { before, now },
    })
  }
  for (const { id, setup } of rows) {
    const now = manager.getPlugin(id)?.metadata
    if (!now) continue
    const hasNewSchema = JSON.stringify(now.configSchema) !== JSON.stringify(setup.metadata.configSchema)
    await configs.protect(id, { all: hasNewSchema || setup.secretRules !== SECRET_RULES })
  }
  // A version that was changed on disk meanwhile, for one.
  await desired.settle(rows.map(({ id }) => id).filter((id) => manager.getPlugin(id) !== undefined))
}

/** A plugin that ships and was loaded from a folder, as older releases did, is an installed version from now on. */
function placeNow(
  { id, path, setup: { installed = false, metadata } }: PluginRow,
  shipped: ReadonlyMap<string, string>,
): KnownPlugin {
  if (installed || !isBundled({ id, path })) return { path, metadata, installed }
  const version = shipped.get(id)
  if (version === undefined) return { path: bundledFolder(id), metadata }
  return { path, metadata: { ...metadata, version }, installed: true }
}

/** An update that was not over, with the config of the former version: that of now, if it is not stored any more. */
async function withConfig(
  id: string,
  { formerRevision: revision, ...update }: UpdateRecord,
  configs: ConfigLedger,
): Promise<StoredUpdate> {
  const former = await configs.storedOf(id, revision).catch(() => configs.last(id))
  const { shown, secrets } = former ?? { shown: {}, secrets: {} }
  return { ...update, config: { shown, secrets, revision } }
}

type StartDeps = Pick<BootDeps, 'manager' | 'desired' | 'configs' | 'shipped'>

/** Starts the enabled plugins, then loads the bundled plugins that were never loaded here. */
export async function startWanted({ manager, desired, configs, shipped }: StartDeps, log: Logger): Promise<void> {
  await manager.startEnabledPlugins()
  const load = (place: InstalledPlace, options: LoadOptions): Promise<string> =>
    loadStored(place, options, { manager, desired, configs, caller: { actor: 'plugboard' } })
  await loadNewBundledPlugins({ shipped, isKnown: (id) => desired.isKnown(id), load }, log)
}
