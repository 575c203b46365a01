// Programs that are checked together with this file do not know the declarations otherwise.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./npm-libraries.d.ts" />
import packlist from 'npm-packlist'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { create } from 'tar'
import { CatalogError, invalid } from './errors.ts'
import { FileRules } from './file-rules.ts'
import { readContent, type PackageContent } from './package-content.ts'
import { productionDependencies, readPackageJson } from './production-dependencies.ts'
import { SIGNATURE_FILE, signPackage } from './signature.ts'

export interface PackOptions {
  /** Where the archive is put; default: the working folder. */
  readonly out?: string
  /** An ed25519 private key in PEM, to sign the package with. */
  readonly privateKey?: string
}

export interface Packed {
  readonly id: string
  readonly version: string
  readonly digest: string
  /** Of the archive. */
  readonly path: string
  readonly files: number
  readonly isSigned: boolean
}

/** As npm has it, so that the same files make the same bytes. */
const MTIME = new Date('1985-10-26T08:15:00.000Z')

/**
 * Makes `<id>-<version>.tgz` of a plugin's folder: its files, as npm would take them, and what it needs to run, without
 * scripts. The same input makes the same bytes.
 * @throws CatalogError `SOURCE_NOT_FOUND`, `PACKAGE_INVALID`; TypeError for a key that is not ed25519
 */
export async function pack(folder: string, { out = '.', privateKey }: PackOptions = {}): Promise<Packed> {
  const staging = await mkdtemp(join(tmpdir(), 'plugboard-pack-'))
  try {
    const inside = join(staging, 'package')
    await copyPackage(folder, inside)
    const content = await readContent(inside)
    const { metadata, digest, files } = content
    const { id, version } = metadata
    const isSigned = privateKey !== undefined
    if (isSigned) await writeFile(join(inside, SIGNATURE_FILE), signPackage({ id, version, digest }, privateKey))
    const paths = [...files.map(({ path }) => path), ...(isSigned ? [SIGNATURE_FILE] : [])].sort()
    const made = join(staging, 'made.tgz')
    await create(
      { file: made, cwd: staging, gzip: { level: 9 }, portable: true, mtime: MTIME, noDirRecurse: true, follow: false },
      paths.map((path) => `package/${path}`),
    )
    const path = join(resolve(out), `${id}-${version}.tgz`)
    await mkdir(dirname(path), { recursive: true })
    await moveFile(made, path)
    return { id, version, digest, path, files: paths.length, isSigned }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** What the folder of a plugin would be as a package. @throws CatalogError as `pack` does */
export async function inspect(folder: string): Promise<PackageContent> {
  const staging = await mkdtemp(join(tmpdir(), 'plugboard-inspect-'))
  try {
    await copyPackage(folder, staging)
    return await readContent(staging)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Copies what belongs to a package, and what it needs to run, into a new folder. @throws CatalogError */
export async function copyPackage(from: string, to: string): Promise<void> {
  const found = await stat(from).catch(() => null)
  if (!found?.isDirectory()) throw new CatalogError('SOURCE_NOT_FOUND', `${from} is no folder`, { source: from })
  if (!existsSync(join(from, 'plugin.json'))) throw invalid('metadata', 'plugin.json', 'is missing')
  const rules = new FileRules()
  await copyFiles(from, { to, prefix: '', rules })
  for (const { folder, target } of await productionDependencies(from))
    await copyFiles(folder, { to, prefix: `${target}/`, rules })
}

async function copyFiles(
  from: string,
  { to, prefix, rules }: { readonly to: string; readonly prefix: string; readonly rules: FileRules },
): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const path of await pathsOf(from)) {
    const { size } = await stat(join(from, path))
    rules.takeFile(prefix + path, size)
    const file = join(to, prefix + path)
    await mkdir(dirname(file), { recursive: true })
    await copyFile(join(from, path), file)
  }
}

/** By its `files` and ignore files, where it has a package.json; otherwise all but what never belongs to a package. */
async function pathsOf(folder: string): Promise<string[]> {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return (await walk(folder)).sort()
  const manifest = await readPackageJson(file)
  const paths = await packlist({
    path: folder,
    package: manifest,
    isProjectRoot: true,
    edgesOut: new Map<string, unknown>(),
  })
  // npm knows no plugin.json, which a list of `files` may leave out.
  const isPlugin = existsSync(join(folder, 'plugin.json'))
  return [...new Set([...paths, ...(isPlugin ? ['plugin.json'] : [])])].filter(isOwn).sort()
}

const NEVER = ['node_modules', '.git', '.DS_Store', '.npmrc', SIGNATURE_FILE]

/** No secrets of its author, and no package that was made before. */
function isOwn(path: string): boolean {
  const names = path.split('/')
  const isArchive = names.length === 1 && path.endsWith('.tgz')
  return !isArchive && !names.some((name) => NEVER.includes(name) || name === '.env' || name.startsWith('.env.'))
}

async function walk(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true })
  const paths = await Promise.all(
    entries.map(async (entry) => {
      const path = `${prefix}${entry.name}`
      if (!isOwn(path)) return []
      if (entry.isDirectory()) return walk(folder, `${path}/`)
      if (entry.isFile()) return [path]
      throw invalid(entry.isSymbolicLink() ? 'link' : 'type', path, 'is neither a file nor a folder')
    }),
  )
  return paths.flat()
}

/** Also to another file system. */
async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EXDEV') throw thrown
    const beside = `${to}.part`
    await copyFile(from, beside)
    await rename(beside, to)
  }
}
