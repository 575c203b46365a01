import type { PluginMetadata } from '@plugboard/plugin-sdk'
import { existsSync, lstatSync, type Dirent } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isJsonObject } from '../util/json-object.ts'
import { isInside } from './permission.ts'
import { PluginError } from '../errors/plugin-error.ts'
import { inferMetadata, metadataInvalid, parseMetadata } from './metadata.ts'

/** Of plugin.json; a larger file beside an entry file is data. */
const MAX_MANIFEST_BYTES = 256 * 1_024
const ENTRY_EXTENSIONS = ['.ts', '.mts', '.js', '.mjs']

/** What a start reads: one version of a plugin, as it lies on disk. */
export interface Release {
  readonly metadata: PluginMetadata
  /** Where it was found, absolute. */
  readonly path: string
  /** Its folder's real path. */
  readonly folder: string
  readonly entryUrl: string
  /**
   * `linked`: a folder or file of its author's, which may change, so that each start reads it anew. `installed`: a version that
   * does not change, which each start checks.
   */
  readonly kind: 'linked' | 'installed'
  /** Of the files of an installed one. */
  readonly digest: string | null
}

/** Holds the versions of plugins that are installed. */
export interface VersionSource {
  /** Checks a version, file by file. Its errors have a `code`. */
  release(
    id: string,
    version: string,
  ): Promise<{ readonly metadata: PluginMetadata; readonly folder: string; readonly digest: string }>
}

/** An installed version of a plugin. */
export interface InstalledPlace {
  readonly id: string
  readonly version: string
}

/** A plugin that was read before, as the host last read or stored it. */
export interface KnownPlugin {
  readonly path: string
  /** As it was last read. */
  readonly metadata: PluginMetadata
  /** It is an installed version: that of its metadata. Default: it is linked. */
  readonly installed?: boolean
}

/**
 * Reads what lies at a path: a folder with plugin.json, an entry file with a sibling `<name>.json`, or a bare entry file.
 * @throws PluginError `PATH_NOT_FOUND`, `METADATA_INVALID`
 */
export async function readRelease(path: string, searchPaths: readonly string[]): Promise<Release> {
  const found = findPath(path, searchPaths)
  const real = await realpath(found).catch(() => {
    throw notFound(path, 'cannot be reached')
  })
  const isFolder = (await stat(real)).isDirectory()
  if (!isFolder && !ENTRY_EXTENSIONS.includes(extname(real)))
    throw notFound(path, 'is no plugin: a folder or a .ts, .mts, .js or .mjs file')

  const folder = isFolder ? real : dirname(real)
  if (folder.includes('*')) {
    const message = 'must not contain *: Node would let the plugin read all folders whose path begins like this'
    throw metadataInvalid(folder, [{ pointer: '', rule: 'path', message: `the path of a plugin ${message}` }])
  }
  const metadata = isFolder ? await readFolderMetadata(real, path) : await readFileMetadata(real)
  const entry = await realEntry(folder, metadata.entryPoint, isFolder ? join(found, 'plugin.json') : found)
  return { metadata, path: found, folder, entryUrl: pathToFileURL(entry).href, kind: 'linked', digest: null }
}

/** @throws PluginError `VERSION_UNUSABLE` for one that is not installed, or not as it was installed */
export async function readInstalled(id: string, version: string, source: VersionSource | null): Promise<Release> {
  const refuse = (message: string, reason: string): PluginError<'VERSION_UNUSABLE'> =>
    new PluginError('VERSION_UNUSABLE', message, { id, version, reason })
  if (!source) throw refuse(`${id} ${version} cannot be read: this host has no catalog`, 'NO_CATALOG')
  try {
    const { metadata, folder, digest } = await source.release(id, version)
    const entry = await realEntry(folder, metadata.entryPoint, join(folder, 'plugin.json'))
    return { metadata, path: folder, folder, entryUrl: pathToFileURL(entry).href, kind: 'installed', digest }
  } catch (thrown) {
    const { code, message } = thrown as { readonly code?: unknown; readonly message?: unknown }
    throw refuse(String(message), typeof code === 'string' ? code : 'INTERNAL').causedBy(thrown)
  }
}

/**
 * Like `readRelease`, for a plugin that was read before. @throws PluginError as `readRelease` and `readInstalled` do, and
 * `METADATA_INVALID` if the path now holds another plugin
 */
export async function readKnownRelease(
  { path, metadata, installed = false }: KnownPlugin,
  source: VersionSource | null,
): Promise<Release> {
  if (installed) return readInstalled(metadata.id, metadata.version, source)
  const release = await readRelease(path, [])
  if (release.metadata.id === metadata.id) return release
  const message = `must be ${metadata.id}: ${release.metadata.id} is another plugin`
  throw metadataInvalid(path, [{ pointer: '/id', rule: 'const', message }])
}

/** The release of a plugin whose files cannot be read now. Its next start reads them again. */
export function missingRelease({ path, metadata, installed = false }: KnownPlugin): Release {
  const kind = installed ? 'installed' : 'linked'
  return { metadata, path, folder: path, entryUrl: pathToFileURL(path).href, kind, digest: null }
}

/** As it is read again. */
export function knownOf({ path, metadata, kind }: Release): KnownPlugin {
  return { path, metadata, ...(kind === 'installed' && { installed: true }) }
}

/** The plugins that lie directly below a folder, by path. Test files and type declarations are none. */
export async function listPluginPaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new PluginError('PATH_NOT_FOUND', `${folder} cannot be read`, { path: folder }).causedBy(cause)
  })
  const isFolder = async (entry: Dirent): Promise<boolean> => {
    if (!entry.isSymbolicLink()) return entry.isDirectory()
    const found = await stat(join(folder, entry.name)).catch(() => null)
    return found?.isDirectory() ?? false
  }
  const folders = new Set(await Promise.all(entries.map(async (entry) => ((await isFolder(entry)) ? entry : null))))
  return entries
    .filter((entry) => {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') return false
      if (folders.has(entry)) return existsSync(join(folder, entry.name, 'plugin.json'))
      return ENTRY_EXTENSIONS.includes(extname(entry.name)) && !/\.(d|test|spec)\.[cm]?[jt]s$/.test(entry.name)
    })
    .map((entry) => join(folder, entry.name))
    .sort()
}

function findPath(path: string, searchPaths: readonly string[]): string {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) throw notFound(path, 'is not a path')
  const candidates = isAbsolute(path) ? [path] : [...searchPaths, process.cwd()].map((base) => resolve(base, path))
  const found = candidates.find((candidate) => existsSync(candidate))
  if (found) return found
  if (candidates.some(isLink)) throw notFound(path, 'is a link that leads nowhere')
  throw notFound(path, isAbsolute(path) ? 'does not exist' : `does not exist; looked at ${candidates.join(', ')}`)
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

async function readFolderMetadata(folder: string, path: string): Promise<PluginMetadata> {
  const file = join(folder, 'plugin.json')
  const found = await stat(file).catch(() => {
    throw notFound(path, 'has no plugin.json')
  })
  // Reading a pipe would wait for its writer, and hold one of the few threads that read files.
  if (!found.isFile()) throw metadataInvalid(file, [{ pointer: '', rule: 'file', message: 'must be a regular file' }])
  if (found.size > MAX_MANIFEST_BYTES) {
    const message = `has at most ${MAX_MANIFEST_BYTES} bytes, not ${found.size}`
    throw metadataInvalid(file, [{ pointer: '', rule: 'maxLength', message }])
  }
  const text = await readFile(file, 'utf8').catch(() => {
    throw notFound(path, 'has a plugin.json that cannot be read')
  })
  return parseMetadata(text, file)
}

async function readFileMetadata(entry: string): Promise<PluginMetadata> {
  const fileName = basename(entry)
  const sibling = join(dirname(entry), `${basename(entry, extname(entry))}.json`)
  const text = await readManifest(sibling)
  return text === null ? inferMetadata(fileName) : parseMetadata(withEntryPoint(text, fileName), sibling)
}

/** Null where there is none: what lies beside an entry file may be data of the plugin, or of somebody else. */
async function readManifest(file: string): Promise<string | null> {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile() || found.size > MAX_MANIFEST_BYTES) return null
  const text = await readFile(file, 'utf8')
  return isForeign(text) ? null : text
}

/** JSON that has nothing of a manifest. A file that is no JSON may be a manifest with a slip, which has to be told. */
function isForeign(text: string): boolean {
  try {
    const raw: unknown = JSON.parse(text)
    return !isJsonObject(raw) || !['id', 'version', 'entryPoint'].some((field) => Object.hasOwn(raw, field))
  } catch {
    return false
  }
}

/** A sibling JSON need not repeat the name of the file it stands beside. */
function withEntryPoint(text: string, entryPoint: string): string {
  try {
    const raw: unknown = JSON.parse(text)
    return typeof raw === 'object' && raw !== null ? JSON.stringify({ entryPoint, ...raw }) : text
  } catch {
    return text
  }
}

async function realEntry(folder: string, entryPoint: string, file: string): Promise<string> {
  const entry = await realpath(join(folder, entryPoint)).catch((cause: unknown) => {
    throw metadataInvalid(
      file,
      [{ pointer: '/entryPoint', rule: 'exists', message: `${entryPoint} does not exist` }],
      cause,
    )
  })
  if (!(await stat(entry)).isFile()) {
    const message = `${entryPoint} must be a regular file`
    throw metadataInvalid(file, [{ pointer: '/entryPoint', rule: 'file', message }])
  }
  if (isInside(entry, folder)) return entry
  throw metadataInvalid(file, [
    { pointer: '/entryPoint', rule: 'inside', message: 'must lie inside the plugin folder' },
  ])
}

function notFound(path: string, why: string): PluginError<'PATH_NOT_FOUND'> {
  const shown = String(path).slice(0, 512)
  return new PluginError('PATH_NOT_FOUND', `${shown} ${why}`, { path: shown })
}
