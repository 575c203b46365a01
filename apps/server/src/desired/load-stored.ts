import {
  isPluginError,
  type InstalledPlace,
  type LoadOptions,
  type PluginManager,
  type StoredPlugin,
} from '@plugboard/core'
import type { ConfigLedger } from './config-ledger.ts'
import type { DesiredState } from './desired-state.ts'

interface StoredLoadDeps {
  readonly manager: PluginManager
  readonly desired: DesiredState
  readonly configs: ConfigLedger
  /** Who its first config is by. */
  readonly caller: { readonly actor: string }
}

/** Loads a plugin whose row, and first config, are on disk before it runs. */
export async function loadStored(
  place: string | InstalledPlace,
  options: LoadOptions,
  { manager, desired, configs, caller }: StoredLoadDeps,
): Promise<string> {
  let id: string | undefined
  const persist = async (plugin: StoredPlugin): Promise<{ configRevision: number }> => {
    const config = await configs.first(plugin, caller)
    await desired.add(plugin, config)
    id = plugin.metadata.id
    return { configRevision: config.revision }
  }
  try {
    return await manager.loadPlugin(place, { ...options, persist })
  } catch (thrown) {
    // A server that is about to end brings it up when it starts again.
    if (isPluginError(thrown, 'MANAGER_CLOSED')) id = undefined
    throw thrown
  } finally {
    if (id !== undefined) {
      await desired.settle([id])
      // A plugin of this id may have been loaded before, with a schema that called other fields secrets.
      if (manager.getPlugin(id)) await configs.followSchema(id)
    }
  }
}
