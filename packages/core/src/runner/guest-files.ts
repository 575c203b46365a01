import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { builtFile, existing, packageFolder } from '../errors/built-file.ts'

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
  const bundles = builtFile('dist/bundles')
  const manifest = createRequire(join(packageFolder(), 'package.json')).resolve('@plugboard/plugin-sdk/package.json')
  const sdk = existing(join(dirname(manifest), 'dist'))
  found = {
    guardian: join(bundles, 'guardian.cjs'),
    readable: [bundles, sdk],
    sdkUrl: pathToFileURL(join(sdk, 'index.js')).href,
  }
  return found
}
