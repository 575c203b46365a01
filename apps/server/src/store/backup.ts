import { createHash } from 'node:crypto'
import { Catalog } from '@plugboard/catalog'
import { constants, createReadStream, existsSync } from 'node:fs'
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { ACCOUNTS_FILE, DATABASE_FILE, KEY_FILE, noDataIn, RESTORING_FILE, syncFolder } from './files.ts'
import { lockFolder } from './folder-lock.ts'
import { StoreWorker } from './store-worker.ts'
import { openStore } from './store.ts'

const DATABASES = [DATABASE_FILE, ACCOUNTS_FILE]
const CATALOG = 'catalog'
const MANIFEST_FILE = 'manifest.json'
const FORMAT = 1

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  at: z.number(),
  files: z.array(
    z.object({ name: z.enum([DATABASE_FILE, ACCOUNTS_FILE, KEY_FILE]), bytes: z.number(), sha256: z.string() }),
  ),
  /** The installed versions of plugins. Older backups have none. */
  versions: z.array(z.object({ id: z.string(), version: z.string(), digest: z.string() })).default([]),
})

export type BackupManifest = z.infer<typeof manifestSchema>

/** A backup cannot be made or put back. Its message is one sentence. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
}

/**
 * Copies the state of a data folder into a new folder, each database as it is at one moment, also while a server writes to
 * it; in a thread of its own. The key of the secrets goes along where it is a file: whoever holds the backup can read them.
 * @throws BackupError, StoreError
 */
export async function writeBackup(dataDir: string, target: string): Promise<BackupManifest> {
  if (existsSync(target)) throw new BackupError(`${target} exists already: name a folder that does not exist yet.`)
  if (!existsSync(join(dataDir, DATABASE_FILE))) throw new BackupError(noDataIn(dataDir))
  const parent = dirname(resolve(target))
  await mkdir(parent, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new BackupError(`${parent} cannot be created: something else lies there, or it is not allowed.`, { cause })
  })
  // It has its name when it is whole, and not before.
  const partial = await mkdtemp(join(parent, `.${basename(target)}.partial-`))
  try {
    const names = [...DATABASES, KEY_FILE].filter((name) => existsSync(join(dataDir, name)))
    for (const name of names) await copyWhole(join(dataDir, name), join(partial, name))
    const files = await Promise.all(names.map(async (name) => await describe(partial, name)))
    const versions = await copyVersions(join(dataDir, CATALOG), join(partial, CATALOG))
    const manifest = manifestSchema.parse({ format: FORMAT, at: Date.now(), files, versions })
    const text = `${JSON.stringify(manifest, null, 2)}\n`
    await writeFile(join(partial, MANIFEST_FILE), text, { mode: 0o600, flush: true })
    syncFolder(partial)
    await rename(partial, target)
    syncFolder(parent)
    return manifest
  } catch (thrown) {
    await rm(partial, { recursive: true, force: true })
    throw thrown
  }
}

/** A backup that was interrupted, such as by the end of its server. */
const PARTIAL = /^\..+\.partial-\w{6}$/
/** No backup takes so long. */
const ABANDONED_MS = 3_600_000

async function removeAbandoned(path: string): Promise<void> {
  const { mtimeMs } = await stat(path)
  if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true })
}

/**
 * Replaces the state in a data folder with a backup, and keeps the former state in a subfolder. Nothing is moved before
 * the backup is copied into the folder and verified. No server may use the folder.
 * @returns where the former state lies; null where there was none
 * @throws BackupError, StoreError, FolderError
 */
export async function restoreBackup(source: string, dataDir: string): Promise<string | null> {
  const { at, files, versions } = await readManifest(source)
  using _held = lockFolder(dataDir)
  const incoming = await mkdtemp(join(dataDir, '.restore-'))
  try {
    for (const { name, sha256 } of files) {
      if (existsSync(join(source, name))) await copyFile(join(source, name), join(incoming, name))
      if ((await describe(incoming, name)).sha256 !== sha256) {
        throw new BackupError(`The backup is damaged: ${name} is not what its manifest says.`)
      }
      await chmod(join(incoming, name), 0o600)
      await sync(join(incoming, name))
      if (name !== KEY_FILE) await askOnce(join(incoming, name), 'maintenance.check')
    }
    await copyVersions(join(source, CATALOG), join(incoming, CATALOG))
    await checkVersions(join(incoming, CATALOG), versions)
    // Whatever this version cannot open is refused here, before anything is moved.
    await noteRestore(incoming, at)
    return await putInPlace(incoming, dataDir, [
      ...files.map(({ name }) => name),
      ...(versions.length > 0 ? [CATALOG] : []),
    ])
  } finally {
    await rm(incoming, { recursive: true, force: true })
  }
}

/**
 * Deletes backups that were never finished, and the oldest ones in a folder until only the newest `count` are left. A
 * backup is a folder with a manifest of ours, and its age is the time in that manifest: whatever else lies there is not touched.
 * @param keep the one that was just made: it stays, whatever the times in the manifests of the others say
 */
export async function pruneBackups(folder: string, count: number, keep?: string): Promise<void> {
  const backups: { readonly path: string; readonly at: number }[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && PARTIAL.test(entry.name)) await removeAbandoned(join(folder, entry.name))
    // A link is not followed: the folder that it names is somewhere else.
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    const manifest = await readManifest(path).catch(() => null)
    if (manifest) backups.push({ path, at: path === keep ? Infinity : manifest.at })
  }
  const oldestFirst = backups.sort((one, other) => one.at - other.at)
  for (const { path } of oldestFirst.slice(0, -count)) await rm(path, { recursive: true })
}

/** The chain goes on where the backup ended: a row says so. */
async function noteRestore(folder: string, backupAt: number): Promise<void> {
  await using store = await openStore(folder)
  const who = { actor: 'command line', role: null, via: 'cli', address: '' }
  const what = { operation: 'restore', target: null, result: 'ok', detail: { backupAt } }
  await store.audit.append([{ at: Date.now(), ...who, ...what }])
}

async function putInPlace(incoming: string, dataDir: string, names: readonly string[]): Promise<string | null> {
  // What is installed stays where a backup has none of it.
  const databases = [...DATABASES, KEY_FILE].flatMap((name) => [name, `${name}-wal`, `${name}-shm`])
  const present = names.includes(CATALOG) ? [...databases, CATALOG] : databases
  const former = present.filter((name) => existsSync(join(dataDir, name)))
  const aside = join(dataDir, `before-restore-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`)
  if (former.length > 0) await mkdir(aside, { mode: 0o700 })
  // If the restore is interrupted from here on, the marker keeps a server from treating the folder as empty.
  const marker = join(dataDir, RESTORING_FILE)
  await writeFile(marker, `${aside}\n`, { flush: true })
  for (const name of former) await rename(join(dataDir, name), join(aside, name))
  for (const name of names) await rename(join(incoming, name), join(dataDir, name))
  syncFolder(dataDir)
  await rm(marker)
  return former.length > 0 ? aside : null
}

/** Copies the installed versions of plugins, which do not change; one that is removed meanwhile is left out. */
async function copyVersions(from: string, to: string): Promise<BackupManifest['versions']> {
  const catalog = await Catalog.read({ folder: from })
  const copied: BackupManifest['versions'] = []
  for (const { id, version, digest } of catalog.ids().flatMap((one) => catalog.list(one))) {
    try {
      await cp(join(from, id, version), join(to, id, version), { recursive: true, mode: constants.COPYFILE_FICLONE })
      copied.push({ id, version, digest })
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
      await rm(join(to, id, version), { recursive: true, force: true })
    }
  }
  return copied
}

/** @throws BackupError unless each of them is there, file by file */
async function checkVersions(folder: string, versions: BackupManifest['versions']): Promise<void> {
  const catalog = await Catalog.read({ folder })
  for (const { id, version, digest } of versions) {
    const found = await catalog.verify(id, version).catch((cause: unknown) => {
      throw new BackupError(`The backup is damaged: ${(cause as Error).message}.`, { cause })
    })
    if (found.digest === digest) continue
    throw new BackupError(`The backup is damaged: ${id} ${version} is not what its manifest says.`)
  }
}

async function readManifest(source: string): Promise<BackupManifest> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(source, MANIFEST_FILE), 'utf8')))
  } catch (cause) {
    throw new BackupError(`${source} is no backup of Plugboard: it has no ${MANIFEST_FILE} that can be read.`, {
      cause,
    })
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  if (basename(from) === KEY_FILE) await copyFile(from, to)
  else await askOnce(from, 'maintenance.copyTo', { file: to })
  await chmod(to, 0o600)
  await sync(to)
}

/** In a thread of its own, which ends with the answer. @throws StoreError */
async function askOnce(file: string, query: string, input?: unknown): Promise<void> {
  const worker = new StoreWorker({ file, mode: 'read' })
  try {
    await worker.run(query, input)
  } finally {
    await worker.close()
  }
}

async function sync(file: string): Promise<void> {
  await using handle = await open(file, 'r+')
  await handle.sync()
}

async function describe(folder: string, name: string): Promise<BackupManifest['files'][number]> {
  const file = join(folder, name)
  if (!existsSync(file)) throw new BackupError(`The backup is damaged: ${name} is missing.`)
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return { name, bytes: (await stat(file)).size, sha256: hash.digest('hex') } as BackupManifest['files'][number]
}
