import { isPluginError } from '@plugboard/core'
import { configRevisionView, configView } from '../views.ts'
import type { Handlers } from './handler.ts'

export const configHandlers: Handlers<
  'config.get' | 'config.check' | 'config.set' | 'config.revisions' | 'config.revert'
> = {
  'config.get': ({ id }, { manager }) => configView(manager.getPluginConfig(id)),
  'config.check': async ({ id, config }, { manager }) => {
    try {
      await manager.checkPluginConfig(id, config)
      return { violations: [] }
    } catch (thrown) {
      if (isPluginError(thrown, 'CONFIG_INVALID')) return { violations: [...thrown.details] }
      throw thrown
    }
  },
  'config.set': async ({ id, config, revision }, { configs, caller: { actor } }) =>
    await configs.set(id, { config, revision, actor }),
  'config.revisions': async ({ id }, { configs }) => (await configs.list(id)).map(configRevisionView),
  'config.revert': async ({ id, to, revision }, { manager, configs, caller: { actor } }) => {
    manager.getPluginConfig(id)
    const config = await configs.wholeOf(id, to)
    return await configs.set(id, { config, revision, actor, revertedTo: to })
  },
}
