import { clock, type PluginManager } from '@plugboard/core'
import type { Silences } from '../incidents/silences.ts'
import { foundPlugin } from '../views/plugin.ts'
import type { Handlers } from './handler.ts'

const MINUTE_MS = 60_000

export function silenceHandlers({
  manager,
  silences,
}: {
  readonly manager: PluginManager
  readonly silences: Silences
}): Handlers<'silences.list' | 'plugins.silence' | 'plugins.endSilence'> {
  return {
    'silences.list': () => silences.list(),
    'plugins.silence': async ({ id, minutes, note = '' }, { caller: { actor: by } }) => {
      foundPlugin(manager, id)
      const silence = await silences.begin({ pluginId: id, until: clock.epoch() + minutes * MINUTE_MS, by, note })
      // It may have been unloaded meanwhile: another plugin of this name begins anew.
      if (!manager.getPlugin(id)) silences.forget(id)
      return silence
    },
    'plugins.endSilence': async ({ id }) => {
      foundPlugin(manager, id)
      await silences.end(id)
      return null
    },
  }
}
