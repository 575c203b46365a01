import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { invalid, type FileChange } from './errors.ts'
import { FileRules } from './file-rules.ts'

/** One file of a package. */
export interface PackageFile {
  /** From the package's folder on, with slashes. */
  readonly path: string
  readonly sha256: string
  readonly size: number
}

/**
 * The files below a folder, by path.
 * @throws CatalogError `PACKAGE_INVALID` for what no package may hold
 */
export async function filesOf(folder: string): Promise<PackageFile[]> {
  const rules = new FileRules()
  const files: PackageFile[] = []
  for (const path of await pathsIn(folder)) {
    const { size } = await stat(join(folder, path))
    rules.takeFile(path, size)
    files.push({ path, size, sha256: await hashOf(join(folder, path)) })
  }
  return files
}

/** @throws CatalogError `PACKAGE_INVALID` for a link, a device and the like */
async function pathsIn(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true })
  const paths = await Promise.all(
    entries.map(async (entry) => {
      const path = `${prefix}${entry.name}`
      if (entry.isDirectory()) return pathsIn(folder, `${path}/`)
      if (entry.isSymbolicLink()) throw invalid('link', path, 'is a link')
      if (!entry.isFile()) throw invalid('type', path, 'is neither a file nor a folder')
      return [path]
    }),
  )
  return paths.flat().sort()
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** The digest of a package: of the names and the contents of all its files, whatever archive they came in. */
export function digestOf(files: readonly PackageFile[]): string {
  const hash = createHash('sha256')
  for (const { path, sha256 } of files) hash.update(`${sha256} ${path}\n`)
  return hash.digest('hex')
}

/** What differs between two lists of files, by path. */
export function changesOf(before: readonly PackageFile[], after: readonly PackageFile[]): FileChange[] {
  const [old, now] = [before, after].map((files) => new Map(files.map((file) => [file.path, file.sha256])))
  const paths = [...new Set([...old!.keys(), ...now!.keys()])].sort()
  return paths.flatMap((path): FileChange[] => {
    const [was, is] = [old!.get(path), now!.get(path)]
    if (was === is) return []
    return [{ path, kind: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed' }]
  })
}
