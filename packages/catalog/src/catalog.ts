import type { PluginMetadata } from '@plugboard/plugin-sdk'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { rcompare, valid } from 'semver'
import { compare, type Comparison } from './compare.ts'
import { changesOf, digestOf, filesOf } from './digest.ts'
import { CatalogError } from './errors.ts'
import { MAX_BYTES } from './file-rules.ts'
import { readManifest, type Manifest, type Origin } from './manifest.ts'
import { fetchFromNpm } from './npm-source.ts'
import { copyPackage } from './pack.ts'
import { readContent, readMetadata, type PackageContent } from './package-content.ts'
import { SIGNATURE_FILE, signerOf, type TrustedKey } from './signature.ts'
import { unpack } from './unpack.ts'

export interface CatalogOptions {
  /** Where installed versions lie; made if it is not there. */
  readonly folder: string
  readonly trustedKeys?: readonly TrustedKey[]
  /** `signed` refuses what no trusted key has signed. Default `any`. */
  readonly policy?: SignaturePolicy
  readonly npm?: {
    /** Default: npm's own. */
    readonly registry?: string
    /** How long fetching a package may take in all. Default 120,000. */
    readonly timeoutMs?: number
    /** How many bytes it may take on disk meanwhile. Default 600 MiB. */
    readonly maxBytes?: number
  }
}

export type SignaturePolicy = 'any' | 'signed'

/**
 * Where a package is taken from: a folder, a `.tgz` on disk or as it arrives, a package of an npm registry, or a folder that
 * ships with a release of the host itself, which needs no signature.
 */
export type PackageSource =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'stream'; readonly stream: Readable; readonly name?: string }
  | { readonly kind: 'npm'; readonly spec: string }
  | { readonly kind: 'bundled'; readonly path: string; readonly release: string }

export interface InstallOptions {
  /** Who installs it. */
  readonly by: string
  /** What it must be: another one is refused. */
  readonly expected?: { readonly id?: string | undefined; readonly digest?: string | undefined }
}

/** An installed version, without the list of its files. */
export type InstalledVersion = Omit<Manifest, 'files' | 'format'>

export interface InstallResult extends InstalledVersion {
  /** False where the same version with the same files was there. */
  readonly isNew: boolean
}

/** What a plugin is started from. */
export interface InstalledRelease {
  readonly metadata: PluginMetadata
  /** Of its files; absolute. */
  readonly folder: string
  readonly digest: string
}

const NPM_TIMEOUT_MS = 120_000
const NPM_MAX_BYTES = 3 * MAX_BYTES
const STAGING = '.staging'
const MANIFEST = 'manifest.json'
const PACKAGE = 'package'

/**
 * The installed versions of plugins, in `<folder>/<id>/<version>/`: a manifest, and the files below `package/`, read-only. A
 * version is there as a whole or not at all.
 */
export class Catalog {
  readonly #folder: string
  readonly #trustedKeys: readonly TrustedKey[]
  readonly #policy: SignaturePolicy
  readonly #npm: NonNullable<CatalogOptions['npm']>
  /** By id, then by version. */
  readonly #versions = new Map<string, Map<string, InstalledVersion>>()

  private constructor({ folder, trustedKeys = [], policy = 'any', npm = {} }: CatalogOptions) {
    this.#folder = resolve(folder)
    this.#trustedKeys = trustedKeys
    this.#policy = policy
    this.#npm = npm
  }

  /** Reads what is installed, and removes what an installation that was cut short has left. */
  static async open(options: CatalogOptions): Promise<Catalog> {
    const catalog = new Catalog(options)
    await removeTree(catalog.#staging)
    await mkdir(catalog.#staging, { recursive: true })
    await catalog.#read()
    return catalog
  }

  /** Reads what is installed, and touches nothing: also while a server uses it. */
  static async read(options: CatalogOptions): Promise<Catalog> {
    const catalog = new Catalog(options)
    await catalog.#read()
    return catalog
  }

  get policy(): SignaturePolicy {
    return this.#policy
  }

  /** The ids of plugins of which a version is installed. */
  ids(): string[] {
    return [...this.#versions.keys()].sort()
  }

  /** The installed versions of a plugin, the newest first. */
  list(id: string): InstalledVersion[] {
    return [...(this.#versions.get(id)?.values() ?? [])].sort((a, b) => rcompare(a.version, b.version))
  }

  find(id: string, version: string): InstalledVersion | undefined {
    return this.#versions.get(id)?.get(version)
  }

  /**
   * Installs a package, or finds it installed. Whatever is refused leaves nothing behind.
   * @throws CatalogError
   */
  async install(source: PackageSource, { by, expected = {} }: InstallOptions): Promise<InstallResult> {
    const staging = await mkdtemp(join(this.#staging, 'install-'))
    const inside = join(staging, PACKAGE)
    try {
      await mkdir(inside)
      const from = await this.#fetch(source, { inside, cache: join(staging, 'cache') })
      await rm(join(staging, 'cache'), { recursive: true, force: true })
      const content = await readContent(inside)
      const { id, version } = content.metadata
      checkExpected(content, expected)
      const signedBy = this.#signerOf(content, from)
      const { digest, files, engine, sizeBytes } = content
      const installed = {
        id,
        version,
        digest,
        sizeBytes,
        engine,
        signedBy,
        installedAt: Date.now(),
        installedBy: by,
        from,
      }
      const known = this.find(id, version)
      if (known && (known.digest !== digest || (await this.#isIntact(id, version)))) return again(known, digest)
      // The same version, whose files on disk were changed since: it is installed anew.
      if (known) await this.remove(id, version)
      await writeDurably(join(staging, MANIFEST), `${JSON.stringify({ format: 1, ...installed, files }, null, 1)}\n`)
      await protect(inside)
      return await this.#putInPlace(staging, installed)
    } catch (thrown) {
      throw explain(thrown)
    } finally {
      await removeTree(staging)
    }
  }

  /**
   * Checks that an installed version is what was installed, file by file.
   * @throws CatalogError `VERSION_NOT_FOUND`, `VERSION_TAMPERED`
   */
  async verify(id: string, version: string): Promise<Manifest> {
    const folder = this.#folderOf(id, version)
    const manifest = await readManifest(join(folder, MANIFEST))
    if (!manifest)
      throw this.find(id, version)
        ? tampered(id, version, [{ path: MANIFEST, kind: 'changed' }])
        : notFound(id, version)
    const inside = join(folder, PACKAGE)
    const found = await filesOf(inside).catch((thrown: unknown) => {
      if (thrown instanceof CatalogError && thrown.details !== null && 'path' in thrown.details)
        throw tampered(id, version, [{ path: thrown.details.path ?? '', kind: 'added' }])
      throw thrown
    })
    const changes = changesOf(
      manifest.files,
      found.filter(({ path }) => path !== SIGNATURE_FILE),
    )
    if (changes.length > 0) throw tampered(id, version, changes)
    // A manifest that was changed along with its files.
    if (digestOf(manifest.files) !== this.find(id, version)?.digest)
      throw tampered(id, version, [{ path: MANIFEST, kind: 'changed' }])
    return manifest
  }

  /** What a plugin is started from, checked anew. @throws CatalogError as `verify` does, and `PACKAGE_INVALID` */
  async release(id: string, version: string): Promise<InstalledRelease> {
    const { digest, files } = await this.verify(id, version)
    const folder = join(this.#folderOf(id, version), PACKAGE)
    return { metadata: await readMetadata(folder, files), folder, digest }
  }

  /** What differs between two installed versions. @throws CatalogError `VERSION_NOT_FOUND`, `VERSION_TAMPERED` */
  async compare(id: string, from: string, to: string): Promise<Comparison> {
    const [before, after] = await Promise.all([this.#sideOf(id, from), this.#sideOf(id, to)])
    return compare(before, after)
  }

  /** @throws CatalogError `VERSION_NOT_FOUND` */
  async remove(id: string, version: string): Promise<void> {
    if (!this.find(id, version)) throw notFound(id, version)
    const trash = await mkdtemp(join(this.#staging, 'remove-'))
    await rename(this.#folderOf(id, version), join(trash, version))
    this.#forget(id, version)
    await removeTree(trash)
  }

  /**
   * Removes versions of a plugin beyond a number: those that are not wanted first, then those that were installed longest ago.
   * @param inUse those that stay whatever their age
   * @returns what was removed
   */
  async prune(
    id: string,
    {
      keep,
      inUse,
      unwanted = new Set(),
    }: { readonly keep: number; readonly inUse: ReadonlySet<string>; readonly unwanted?: ReadonlySet<string> },
  ): Promise<string[]> {
    const all = this.list(id)
    const rank = ({ version }: InstalledVersion): number => Number(unwanted.has(version))
    const candidates = all
      .filter(({ version }) => !inUse.has(version))
      .sort((a, b) => rank(b) - rank(a) || a.installedAt - b.installedAt || rcompare(b.version, a.version))
    const old = candidates.slice(0, Math.max(0, all.length - keep))
    for (const { version } of old) await this.remove(id, version)
    return old.map(({ version }) => version)
  }

  get #staging(): string {
    return join(this.#folder, STAGING)
  }

  #folderOf(id: string, version: string): string {
    // Neither is taken from outside unchecked: they name a folder.
    if (!this.find(id, version) && (valid(version) !== version || id !== basename(id))) throw notFound(id, version)
    return join(this.#folder, id, version)
  }

  async #read(): Promise<void> {
    for (const id of await foldersIn(this.#folder)) {
      for (const version of await foldersIn(join(this.#folder, id))) {
        const manifest = await readManifest(join(this.#folder, id, version, MANIFEST))
        if (manifest?.id !== id || manifest.version !== version) continue
        this.#remember({ ...summaryOf(manifest), signedBy: await this.#signerNow(manifest) })
      }
    }
  }

  /** The key that signed a version may have lost its trust since, or gained it. */
  async #signerNow(manifest: Manifest): Promise<string | null> {
    const { id, version } = manifest
    try {
      const text = await readFile(join(this.#folderOf(id, version), PACKAGE, SIGNATURE_FILE), 'utf8')
      return signerOf(text, manifest, this.#trustedKeys)
    } catch {
      return null
    }
  }

  #remember(installed: InstalledVersion): void {
    const versions = this.#versions.get(installed.id) ?? new Map<string, InstalledVersion>()
    this.#versions.set(installed.id, versions.set(installed.version, installed))
  }

  #forget(id: string, version: string): void {
    const versions = this.#versions.get(id)
    versions?.delete(version)
    if (versions?.size === 0) this.#versions.delete(id)
  }

  async #fetch(
    source: PackageSource,
    { inside, cache }: { readonly inside: string; readonly cache: string },
  ): Promise<Origin> {
    switch (source.kind) {
      case 'stream':
        await unpack(source.stream, inside)
        return { kind: 'archive', name: source.name ?? null }
      case 'npm':
        await fetchFromNpm(
          { spec: source.spec, folder: inside, cache },
          {
            registry: this.#npm.registry,
            timeoutMs: this.#npm.timeoutMs ?? NPM_TIMEOUT_MS,
            maxBytes: this.#npm.maxBytes ?? NPM_MAX_BYTES,
          },
        )
        return { kind: 'npm', spec: source.spec }
      case 'bundled':
        await copyPackage(source.path, inside)
        return { kind: 'bundled', release: source.release }
      case 'path': {
        const found = await stat(source.path).catch(() => null)
        if (!found) throw new CatalogError('SOURCE_NOT_FOUND', `${source.path} does not exist`, { source: source.path })
        if (found.isDirectory()) {
          await copyPackage(source.path, inside)
          return { kind: 'folder', path: resolve(source.path) }
        }
        if (!found.isFile())
          throw new CatalogError('SOURCE_NOT_FOUND', `${source.path} is no file`, { source: source.path })
        await unpack(createReadStream(source.path), inside)
        return { kind: 'archive', name: basename(source.path) }
      }
    }
  }

  /** @throws CatalogError `SIGNATURE_INVALID`, `UNSIGNED` */
  #signerOf({ metadata: { id, version }, digest, signature }: PackageContent, { kind }: Origin): string | null {
    const signedBy = signature === null ? null : signerOf(signature, { id, version, digest }, this.#trustedKeys)
    if (signedBy !== null || this.#policy === 'any' || kind === 'bundled') return signedBy
    const why = signature === null ? 'is not signed' : 'is signed with a key that is not trusted'
    throw new CatalogError('UNSIGNED', `package refused: ${id} ${version} ${why}`, { id, version })
  }

  /** In one step. Where another installation of the same version was faster, that one stays. */
  async #putInPlace(staging: string, installed: InstalledVersion): Promise<InstallResult> {
    const { id, version } = installed
    const target = join(this.#folder, id, version)
    await mkdir(join(this.#folder, id), { recursive: true })
    try {
      await rename(staging, target)
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw thrown
      const there = await readManifest(join(target, MANIFEST))
      if (!there) throw thrown
      this.#remember(summaryOf(there))
      return again(summaryOf(there), installed.digest)
    }
    this.#remember(installed)
    return { ...installed, isNew: true }
  }

  async #isIntact(id: string, version: string): Promise<boolean> {
    try {
      await this.verify(id, version)
      return true
    } catch (thrown) {
      if (thrown instanceof CatalogError && thrown.code === 'VERSION_TAMPERED') return false
      throw thrown
    }
  }

  async #sideOf(id: string, version: string): Promise<{ metadata: PluginMetadata; files: Manifest['files'] }> {
    const { files } = await this.verify(id, version)
    const metadata = await readMetadata(join(this.#folderOf(id, version), PACKAGE), files)
    return { metadata, files }
  }
}

function summaryOf({ files: _files, format: _format, ...installed }: Manifest): InstalledVersion {
  return installed
}

function again(known: InstalledVersion, found: string): InstallResult {
  if (known.digest === found) return { ...known, isNew: false }
  const { id, version, digest } = known
  const message = `${id} ${version} is installed with other files: a version does not change, give the new one another number`
  throw new CatalogError('VERSION_EXISTS', message, { id, version, digest, found })
}

function checkExpected({ metadata, digest }: PackageContent, expected: NonNullable<InstallOptions['expected']>): void {
  for (const [what, found] of [
    ['id', metadata.id],
    ['digest', digest],
  ] as const) {
    const wanted = expected[what]
    if (wanted === undefined || wanted === found) continue
    const message = `package refused: its ${what} is ${found}, not ${wanted}`
    throw new CatalogError('PACKAGE_UNEXPECTED', message, { what, expected: wanted, found })
  }
}

function notFound(id: string, version: string): CatalogError<'VERSION_NOT_FOUND'> {
  return new CatalogError('VERSION_NOT_FOUND', `${id} ${version} is not installed`, { id, version })
}

function tampered(
  id: string,
  version: string,
  changes: CatalogError<'VERSION_TAMPERED'>['details']['changes'],
): CatalogError<'VERSION_TAMPERED'> {
  const shown = changes.slice(0, 3).map(({ path, kind }) => `${path} ${kind}`)
  const more = changes.length > shown.length ? `, and ${changes.length - shown.length} more` : ''
  const message = `${id} ${version} is not what was installed: ${shown.join(', ')}${more}`
  return new CatalogError('VERSION_TAMPERED', message, { id, version, changes })
}

/** What the disk refuses for want of space says so. */
function explain(thrown: unknown): unknown {
  const { code } = thrown as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return thrown
  return new CatalogError('NO_SPACE', 'the disk is full: nothing was installed', null).causedBy(thrown)
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o444)
  try {
    await writeFile(file, text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Nobody changes an installed file by accident. Folders stay as they are, so that their owner can remove them. */
async function protect(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await protect(path)
    else await chmod(path, 0o444)
  }
}

async function removeTree(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.flatMap((entry) => (entry.isDirectory() && !entry.name.startsWith('.') ? [entry.name] : []))
}
