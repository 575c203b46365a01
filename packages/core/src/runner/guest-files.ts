import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PluginError } from '../errors/plugin-error.ts'

export interface GuestFiles {
  readonly guardian: string
  /** Folders that a plugin thread must read to boot. */
  readonly readable: readonly string[]
  readonly sdkUrl: string
}

let found: GuestFiles | undefined

/**
 * Where the built files of a guest lie: one for each of its threads, see rolldown.config.ts. They are always the built
 * ones: stripping types costs a guest 30–50 ms and 12–22 MB.
 * @throws PluginError `NOT_BUILT`
 */
export function guestFiles(): GuestFiles {
  if (found) return found
  const here = dirname(fileURLToPath(import.meta.url))
  const bundles = realpath(join(here, '../../dist/bundles'))
  const manifest = createRequire(import.meta.url).resolve('@plugboard/plugin-sdk/package.json')
  const sdk = realpath(join(dirname(manifest), 'dist'))
  found = {
    guardian: join(bundles, 'guardian.cjs'),
    readable: [bundles, sdk],
    sdkUrl: pathToFileURL(join(sdk, 'index.js')).href,
  }
  return found
}

function realpath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  throw new PluginError('NOT_BUILT', `${path} does not exist: run the build first`, { file: path })
}
