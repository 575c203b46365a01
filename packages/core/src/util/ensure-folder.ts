import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing, each for its owner only.
 * Level by level: Node's own `recursive` never returns where a parent cannot hold folders, such as /proc.
 * @throws the error of the file system
 */
export function ensureFolder(path: string): void {
  const missing: string[] = []
  for (let at = path; !existsSync(at); at = dirname(at)) missing.unshift(at)
  for (const folder of missing) mkdirSync(folder, { mode: 0o700 })
}
