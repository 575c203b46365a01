import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { ownFolder } from '../util/package-files.ts'
import { PluginError } from './plugin-error.ts'

/** A path inside this package, with links resolved. @throws PluginError `NOT_BUILT` */
export function builtFile(path: string): string {
  return existing(join(packageFolder(), path))
}

/** @throws PluginError `NOT_BUILT` */
export function packageFolder(): string {
  try {
    return ownFolder()
  } catch (cause) {
    throw new PluginError('NOT_BUILT', (cause as Error).message, { file: '@plugboard/core' }).causedBy(cause)
  }
}

/** The path, with links resolved. @throws PluginError `NOT_BUILT` */
export function existing(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  throw new PluginError('NOT_BUILT', `${path} does not exist: run the build first`, { file: path })
}
