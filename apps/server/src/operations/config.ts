import { isPluginError } from '@plugboard/core'
import { configView } from '../views.ts'
import type { Handlers } from './handler.ts'

export const configHandlers: Handlers<'config.get' | 'config.check' | 'config.set'> = {
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
  'config.set': async ({ id, config, revision }, { manager }) =>
    manager.updatePluginConfig(id, config, revision === undefined ? {} : { revision }),
}
