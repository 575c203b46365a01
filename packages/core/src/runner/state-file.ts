import { randomUUID } from 'node:crypto'
import { closeSync, fstatSync, ftruncateSync, openSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureFolder } from '../util/ensure-folder.ts'

/**
 * Where an instance of a plugin leaves its state for the one that takes over: a file without a name, which each instance of
 * the plugin inherits. A state so goes from one process to the other without passing through the host, whose sockets hold
 * less than a quarter of a megabyte, and nothing of it is left when they have ended, however they end.
 */
export class StateFile {
  readonly #dataPath: string
  #fd: number | null = null
  #isClosed = false

  /** @param dataPath the folder of the plugin; the file is made beside it, where the plugin sees nothing of it */
  constructor(dataPath: string) {
    this.#dataPath = dataPath
  }

  /** Its descriptor in this process. The first call makes the file. @throws the error of the file system; Error once it is closed */
  open(): number {
    if (this.#isClosed) throw new Error('the file for the state is closed')
    if (this.#fd !== null) return this.#fd
    const folder = dirname(this.#dataPath)
    ensureFolder(folder)
    const path = join(folder, `.state-${randomUUID()}`)
    const fd = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
    return (this.#fd = fd)
  }

  /** How much is in it. */
  get bytes(): number {
    return this.#fd === null ? 0 : fstatSync(this.#fd).size
  }

  clear(): void {
    if (this.#fd !== null) ftruncateSync(this.#fd, 0)
  }

  /** For good, when no instance is left that has it. */
  close(): void {
    this.#isClosed = true
    if (this.#fd === null) return
    closeSync(this.#fd)
    this.#fd = null
  }
}
