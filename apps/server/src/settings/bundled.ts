import type { InstalledPlace, LoadOptions } from '@plugboard/core'
import type { Permission } from '@plugboard/plugin-sdk'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'

const PACKAGE = '@plugboard/bundled-plugins'

interface Bundled {
  readonly id: string
  readonly enabled: boolean
  readonly grant?: readonly Permission[]
}

/**
 * The plugins that ship, in the order they are loaded. `chaos` is disabled until an operator wants to see failures, and
 * `webhook-notifier` until it is told where to post.
 */
const BUNDLED: readonly Bundled[] = [
  { id: 'rolling-stats', enabled: true },
  { id: 'threshold-alerts', enabled: true },
  { id: 'device-inventory', enabled: true },
  { id: 'webhook-notifier', enabled: false, grant: ['NetworkAccess'] },
  { id: 'chaos', enabled: false },
]

export const BUNDLED_IDS: readonly string[] = BUNDLED.map(({ id }) => id)

export function bundledPluginsDir(): string {
  return dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`))
}

/** Whether a plugin that was stored as linked is one that ships: with this installation of Plugboard, or with another one. */
export function isBundled({ id, path }: { readonly id: string; readonly path: string }): boolean {
  return BUNDLED_IDS.includes(id) && (!existsSync(path) || isBundledFolder(dirname(path)))
}

/** The folder of a plugin that ships with this installation. */
export function bundledFolder(id: string): string {
  return join(bundledPluginsDir(), id)
}

function isBundledFolder(folder: string): boolean {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly name?: unknown }
    return name === PACKAGE
  } catch {
    return false
  }
}

interface LoadDeps {
  /** The installed versions of those that are wanted, by id. */
  readonly shipped: ReadonlyMap<string, string>
  readonly isKnown: (id: string) => boolean
  readonly load: (place: InstalledPlace, options: LoadOptions) => Promise<unknown>
}

/**
 * Loads the bundled plugins that were never loaded here; an unloaded one stays unloaded. A plugin that fails is shown
 * in error or logged, and does not affect the others.
 */
export async function loadNewBundledPlugins({ shipped, isKnown, load }: LoadDeps, log: Logger): Promise<void> {
  await Promise.all(
    BUNDLED.map(async ({ id, ...options }) => {
      const version = shipped.get(id)
      if (version === undefined || isKnown(id)) return
      try {
        await load({ id, version }, options)
      } catch (error) {
        log.error({ err: error, plugin: id }, 'a bundled plugin did not start')
      }
    }),
  )
}
