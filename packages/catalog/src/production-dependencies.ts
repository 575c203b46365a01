import { existsSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { invalid } from './errors.ts'

/** A package that another one needs, and where it goes below the folder of the plugin. */
export interface Dependency {
  /** Its folder on this machine, real. */
  readonly folder: string
  /** Such as `node_modules/a/node_modules/b`. */
  readonly target: string
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * What a package needs to run, as it is installed here by npm, pnpm or yarn with a node_modules folder: in the flattest
 * layout in which each package finds the version that it finds here.
 * @throws CatalogError `PACKAGE_INVALID` for a dependency that is not installed
 */
export async function productionDependencies(root: string): Promise<Dependency[]> {
  const top = await realpath(root)
  /** By target, which folder is there. */
  const placed = new Map<string, string>()
  const queue: { readonly folder: string; readonly at: string }[] = [{ folder: top, at: '' }]
  for (const { folder, at } of queue) {
    const { dependencies = {}, optionalDependencies = {} } = await readManifest(folder)
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies }).sort()) {
      const found = await find(name, folder)
      if (found === null) {
        if (Object.hasOwn(optionalDependencies, name)) continue
        throw invalid('dependencies', 'package.json', `needs ${name}, which is not installed: run npm install first`)
      }
      const target = place(name, found, { at, placed })
      if (target === null || placed.has(target)) continue
      placed.set(target, found)
      queue.push({ folder: found, at: target })
    }
  }
  return [...placed].map(([target, folder]) => ({ folder, target }))
}

/** Where a package goes so that the one at `at` finds it; null if it finds it already. */
function place(
  name: string,
  folder: string,
  { at, placed }: { readonly at: string; readonly placed: ReadonlyMap<string, string> },
): string | null {
  // From the package outward, as Node looks for it.
  let free: string | null = null
  for (let base: string | null = at; base !== null; base = outside(base)) {
    const target = join(base, 'node_modules', name)
    const there = placed.get(target)
    if (there === folder) return null
    // Another version is in the way of all that lies further outside.
    if (there !== undefined) break
    free = target
  }
  return free
}

/** `node_modules/a/node_modules/b` lies in `node_modules/a`; that in the plugin itself. */
function outside(target: string): string | null {
  if (target === '') return null
  const end = target.lastIndexOf('node_modules/')
  return target.slice(0, Math.max(0, end - 1))
}

/** Its folder, found as Node finds it. */
async function find(name: string, from: string): Promise<string | null> {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name)
    if (existsSync(join(found, 'package.json'))) return realpath(found)
    if (dirname(folder) === folder) return null
  }
}

async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, 'package.json')
  return existsSync(file) ? readPackageJson(file) : {}
}

/** @throws CatalogError `PACKAGE_INVALID` */
export async function readPackageJson(file: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Manifest
  } catch (thrown) {
    throw invalid('dependencies', file, 'is no JSON').causedBy(thrown)
  }
}
