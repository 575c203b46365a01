import { registerHooks } from 'node:module'
import type { PluginExports } from '../guest/running-plugin.ts'

const SDK = '@plugboard/plugin-sdk'
const pluginFolders = new Set<string>()
let hooked = false

/**
 * Imports a plugin's module into this thread, with Node's own loader. `@plugboard/plugin-sdk` resolves to the host's
 * copy, as it does in a guest: a plugin outside the host's packages has none of its own.
 */
export async function importPlugin(url: string, sdkUrl: string): Promise<PluginExports> {
  pluginFolders.add(new URL('.', url).href)
  if (!hooked) {
    hooked = true
    registerHooks({
      resolve: (specifier, context, next) => {
        const isPlugins =
          specifier === SDK && [...pluginFolders].some((folder) => context.parentURL?.startsWith(folder))
        return isPlugins ? { url: sdkUrl, shortCircuit: true } : next(specifier, context)
      },
    })
  }
  return (await import(url)) as PluginExports
}
