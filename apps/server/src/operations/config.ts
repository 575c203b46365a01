import type { ConfigLedger } from '../desired/config-ledger.ts'
import type { PluginManager } from '@plugboard/core'
import { isPluginError } from '@plugboard/core'
import { StoreError } from '../store/store-error.ts'
import { configRevisionView, configView } from '../views/config.ts'
import type { Handlers } from './handler.ts'

const DEFAULT_LIMIT = 50

interface ConfigServices {
  readonly configs: ConfigLedger
  readonly manager: PluginManager
}

export function configHandlers({
  configs,
  manager,
}: ConfigServices): Handlers<'config.get' | 'config.check' | 'config.set' | 'config.revisions' | 'config.revert'> {
  return {
    'config.get': async ({ id }) => {
      const config = manager.getPluginConfig(id)
      return configView(config, await configs.secretsSetAt(id, config.config).catch(noTimes))
    },
    'config.check': async ({ id, config }) => {
      try {
        await manager.checkPluginConfig(id, config)
        return { violations: [] }
      } catch (thrown) {
        if (isPluginError(thrown, 'CONFIG_INVALID')) return { violations: [...thrown.details] }
        throw thrown
      }
    },
    'config.set': async ({ id, config, revision }, { caller: { actor } }) =>
      await configs.set(id, { config, revision, actor }),
    'config.revisions': async ({ id, before, limit = DEFAULT_LIMIT }) =>
      (await configs.list(id, { before, limit })).map(configRevisionView),
    'config.revert': async ({ id, to, revision }, { caller: { actor } }) => {
      manager.getPluginConfig(id)
      const { shown, secrets } = await configs.storedOf(id, to)
      return await configs.set(id, { config: shown, secrets, revision, actor, revertedTo: to })
    },
  }
}

/** The config is in memory; when its secrets were set is in the database, which may not answer now. */
function noTimes(thrown: unknown): ReadonlyMap<string, number> {
  if (thrown instanceof StoreError) return new Map()
  throw thrown
}
