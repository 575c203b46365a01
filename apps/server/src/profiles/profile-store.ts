import { clock, type PluginManager } from '@plugboard/core'
import type { ProfileView } from '@plugboard/protocol'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { RequestError } from '../errors/wire-problem.ts'

type Kind = ProfileView['kind']
/** Who takes what is asked for. */
type Recorder = Pick<PluginManager, 'profileCpu' | 'profileHeap' | 'heapSnapshot'>

/** Where the core keeps what it took of hangs. */
const HANGS = 'profiles'
const ASKED = 'recordings'
const ENDINGS: Readonly<Record<Kind, string>> = {
  cpu: '.cpuprofile',
  heap: '.heapprofile',
  'heap-snapshot': '.heapsnapshot',
}
/** Of each kind and plugin; a heap snapshot is as large as the heap. */
const KEPT: Readonly<Record<Kind, number>> = { cpu: 20, heap: 20, 'heap-snapshot': 3 }
/** Over all plugins; the oldest ones that were requested are removed. */
const KEPT_BYTES = 2 * 1_024 ** 3
const DEFAULT_SECONDS = 5
const PARTIAL = '.part'
/** No plugin has this id. */
const ANY_SNAPSHOT = '*'

/** The recordings of plugins, as files in the data folder: those of hangs, which the core takes, and those that are asked for. */
export class ProfileStore {
  readonly #manager: Recorder
  readonly #dataDir: string
  readonly #keptBytes: number
  readonly #busy = new Set<string>()

  constructor(manager: Recorder, dataDir: string, keptBytes = KEPT_BYTES) {
    this.#manager = manager
    this.#dataDir = dataDir
    this.#keptBytes = keptBytes
  }

  /** Takes away what a server that was killed left half written. */
  async sweep(): Promise<void> {
    for (const id of await readFolder(join(this.#dataDir, ASKED))) {
      for (const name of await readFolder(this.#folder(ASKED, id)))
        if (name.endsWith(PARTIAL)) await rm(join(this.#folder(ASKED, id), name), { force: true })
    }
  }

  /** Those of a plugin that was unloaded: they could not be reached any more. */
  async forget(id: string): Promise<void> {
    for (const room of [HANGS, ASKED]) await rm(this.#folder(room, id), { recursive: true, force: true })
  }

  /** Newest first. */
  async list(id: string): Promise<ProfileView[]> {
    const found = await Promise.all([this.#listFolder(id, HANGS), this.#listFolder(id, ASKED)])
    return found.flat().sort((a, b) => b.at - a.at)
  }

  /** @throws RequestError `PROFILE_NOT_FOUND` */
  async get(id: string, name: string): Promise<ProfileView & { readonly path: string }> {
    const view = (await this.list(id)).find((profile) => profile.name === name)
    if (!view) throw new RequestError('PROFILE_NOT_FOUND', `${id} has no recording ${name}`, { id, name })
    return { ...view, path: this.#pathOf(id, view) }
  }

  /**
   * One at a time of each plugin, and one heap snapshot at a time of all: while it is made, its plugin is not watched.
   * @throws PluginError as {@link PluginManager.profileCpu} does; RequestError `RECORDING_BUSY`
   */
  async record(id: string, kind: Kind, seconds?: number): Promise<ProfileView> {
    const locks = kind === 'heap-snapshot' ? [id, ANY_SNAPSHOT] : [id]
    if (locks.some((lock) => this.#busy.has(lock)))
      throw new RequestError(
        'RECORDING_BUSY',
        'the plugin is being recorded, or another heap snapshot is in progress',
        { id },
      )
    for (const lock of locks) this.#busy.add(lock)
    try {
      return await this.#record(id, kind, seconds)
    } catch (error) {
      throw asRecordingError(error)
    } finally {
      for (const lock of locks) this.#busy.delete(lock)
    }
  }

  async #record(id: string, kind: Kind, seconds = DEFAULT_SECONDS): Promise<ProfileView> {
    const folder = this.#folder(ASKED, id)
    const name = `${new Date(clock.epoch()).toISOString().replaceAll(':', '-')}${ENDINGS[kind]}`
    const path = join(folder, name)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    try {
      // Write to a temporary name first, so that a file with its final name is complete.
      if (kind === 'heap-snapshot')
        await pipeline(this.#manager.heapSnapshot(id), createWriteStream(path + PARTIAL, { mode: 0o600 }))
      else {
        const profile = kind === 'cpu' ? this.#manager.profileCpu(id, seconds) : this.#manager.profileHeap(id, seconds)
        await writeFile(path + PARTIAL, await profile, { mode: 0o600 })
      }
      await rename(path + PARTIAL, path)
    } catch (error) {
      await rm(path + PARTIAL, { force: true })
      throw error
    }
    await this.#keepNewest(id, kind)
    const { path: _path, ...view } = await this.get(id, name)
    return view
  }

  /** @throws RequestError `PROFILE_NOT_FOUND` */
  async remove(id: string, name: string): Promise<void> {
    await rm((await this.get(id, name)).path, { force: true })
  }

  async #keepNewest(id: string, kind: Kind): Promise<void> {
    const asked = (await this.#listFolder(id, ASKED)).filter((profile) => profile.kind === kind)
    const old = asked.sort((a, b) => b.at - a.at).slice(KEPT[kind])
    for (const profile of old) await rm(this.#pathOf(id, profile), { force: true })
    await this.#keepWithin(this.#keptBytes)
  }

  async #keepWithin(limit: number): Promise<void> {
    const ids = await readFolder(join(this.#dataDir, ASKED))
    const listed = await Promise.all(
      ids.map(async (id) => (await this.#listFolder(id, ASKED)).map((profile) => ({ id, profile }))),
    )
    let kept = 0
    for (const { id, profile } of listed.flat().sort((a, b) => b.profile.at - a.profile.at)) {
      kept += profile.bytes
      // The newest stays, however large.
      if (kept > limit && kept > profile.bytes) await rm(this.#pathOf(id, profile), { force: true })
    }
  }

  async #listFolder(id: string, room: typeof HANGS | typeof ASKED): Promise<ProfileView[]> {
    const folder = this.#folder(room, id)
    const names = await readFolder(folder)
    const found = await Promise.all(
      names.map(async (name): Promise<ProfileView | null> => {
        const kind = (Object.keys(ENDINGS) as Kind[]).find((one) => name.endsWith(ENDINGS[one]))
        // One that was taken away in between is not listed.
        const file = kind && (await stat(join(folder, name)).catch(() => null))
        if (!file) return null
        return {
          name,
          kind,
          cause: room === HANGS ? 'hang' : 'asked',
          at: momentOf(name, file.mtimeMs),
          bytes: file.size,
        }
      }),
    )
    return found.filter((view) => view !== null)
  }

  #pathOf(id: string, { cause, name }: ProfileView): string {
    return join(this.#folder(cause === 'hang' ? HANGS : ASKED, id), name)
  }

  /** Ids of plugins that are or were loaded are names of folders without surprises; others are refused before. */
  #folder(room: string, id: string): string {
    return join(this.#dataDir, room, id)
  }
}

/** One that is not there, or is no folder, is empty. */
async function readFolder(path: string): Promise<string[]> {
  return await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
}

/** Its name begins with its moment. */
function momentOf(name: string, fallback: number): number {
  const at = Date.parse(name.slice(0, 24).replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'))
  return Number.isNaN(at) ? Math.round(fallback) : at
}

/** A disk that is full, or may not be written to, is told as what it is. */
function asRecordingError(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  const isOfDisk = code !== undefined && /^E[A-Z]+$/.test(code)
  return isOfDisk ? new RequestError('RECORDING_FAILED', `the recording could not be written: ${message}`) : error
}
