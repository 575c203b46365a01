import type { LoadOptions, PluginManager, RestoreOptions } from '@plugboard/core'
import type { ConfigLedger } from './config-ledger.ts'
import type { DesiredState } from './desired-state.ts'

interface KeptLoadDeps {
  readonly manager: PluginManager
  readonly desired: DesiredState
  readonly configs: ConfigLedger
  /** Who its first config is by. */
  readonly caller: { readonly actor: string }
}

/** Loads a plugin whose row, and first config, are on disk before it runs. */
export async function loadKept(
  path: string,
  options: LoadOptions,
  { manager, desired, configs, caller }: KeptLoadDeps,
): Promise<string> {
  let id: string | undefined
  const keep = async (kept: RestoreOptions): Promise<{ configRevision: number }> => {
    id = kept.metadata.id
    const [configRevision] = await Promise.all([configs.begin(kept, caller), desired.add(kept)])
    return { configRevision }
  }
  try {
    return await manager.loadPlugin(path, { ...options, keep })
  } finally {
    // One that was kept and then refused is not wanted any more.
    if (id !== undefined) await desired.settle([id])
  }
}
