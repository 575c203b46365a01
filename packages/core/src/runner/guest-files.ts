import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PluginError } from '../plugin-error.ts'

export interface GuestFiles {
  readonly guardian: string
  /** Folders that a plugin thread must read to boot. */
  readonly readable: readonly string[]
  readonly sdkUrl: string
}

let found: GuestFiles | undefined

/**
 * Where the built files of a guest lie. They are always the built ones: stripping types costs a guest 30–50 ms and
 * 12–22 MB.
 * @throws PluginError `NOT_BUILT`
 */
export function guestFiles(): GuestFiles {
  if (found) return found
  const here = dirname(fileURLToPath(import.meta.url))
  const guest = realpath(here.replace(/([/\\])src([/\\])runner$/, '$1dist$2runner').replace(/runner$/, 'guest'))
  const manifest = createRequire(import.meta.url).resolve('@plugboard/plugin-sdk/package.json')
  const sdk = realpath(join(dirname(manifest), 'dist'))
  found = {
    guardian: join(guest, 'guardian.js'),
    readable: [guest, sdk],
    sdkUrl: pathToFileURL(join(sdk, 'index.js')).href,
  }
  return found
}

function realpath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  throw new PluginError('NOT_BUILT', `${path} does not exist: run the build first`, { file: path })
}
