import type { LoadOptions } from '@plugboard/core'
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

/**
 * Where a plugin that was stored lies now: one that came with another installation of Plugboard is the one that comes with
 * this installation.
 */
export function currentPath({ id, path }: { readonly id: string; readonly path: string }): string {
  if (!BUNDLED_IDS.includes(id)) return path
  return !existsSync(path) || isBundledFolder(dirname(path)) ? join(bundledPluginsDir(), id) : path
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
  /** Which of them are wanted. */
  readonly ids: readonly string[]
  readonly isKnown: (id: string) => boolean
  readonly load: (path: string, options: LoadOptions) => Promise<unknown>
}

/**
 * Loads the bundled plugins that were never loaded here; an unloaded one stays unloaded. A plugin that fails is shown
 * in error or logged, and does not affect the others.
 */
export async function loadNewBundledPlugins({ ids, isKnown, load }: LoadDeps, log: Logger): Promise<void> {
  const folder = bundledPluginsDir()
  const fresh = BUNDLED.filter(({ id }) => ids.includes(id) && !isKnown(id))
  await Promise.all(
    fresh.map(async ({ id, ...options }) => {
      try {
        await load(join(folder, id), options)
      } catch (error) {
        log.error({ err: error, plugin: id }, 'a bundled plugin did not start')
      }
    }),
  )
}
