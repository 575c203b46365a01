import type { PluginManager } from '@plugboard/core'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'

/** The plugins that ship, in the order they are loaded; `chaos` waits until somebody wants to see things break. */
const BUNDLED = [
  { id: 'rolling-stats', enabled: true },
  { id: 'threshold-alerts', enabled: true },
  { id: 'device-inventory', enabled: true },
  { id: 'chaos', enabled: false },
] as const

export function bundledPluginsDir(): string {
  return dirname(createRequire(import.meta.url).resolve('@plugboard/bundled-plugins/package.json'))
}

/** Loads the plugins that ship. One that fails is on the board in error, or in the log, and stops no other. */
export async function loadBundledPlugins(manager: PluginManager, log: Logger): Promise<void> {
  const folder = bundledPluginsDir()
  await Promise.all(
    BUNDLED.map(async ({ id, enabled }) => {
      try {
        await manager.loadPlugin(join(folder, id), { enabled })
      } catch (error) {
        log.error({ err: error, plugin: id }, 'a bundled plugin did not start')
      }
    }),
  )
}
