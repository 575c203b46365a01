import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureFolder } from '../util/ensure-folder.ts'
import { readStartTime } from '../util/process-usage.ts'

interface Entry {
  readonly pid: number
  readonly startTime: number | null
  readonly hostPid: number
  readonly hostStartTime: number | null
}

/**
 * Notes each guest process in the data folder, so that what survived a dead host can be found and ended [SV2.b]. A guest
 * ends itself when its channel closes; one that was stopped (SIGSTOP) cannot.
 */
export class GuestLedger {
  readonly #folder: string
  readonly #onError: (error: unknown) => void

  /** @param onError a note could not be written or removed: a survivor may not be found later */
  constructor(dataDir: string, onError: (error: unknown) => void) {
    this.#onError = onError
    this.#folder = join(dataDir, 'guests')
    ensureFolder(this.#folder)
  }

  note(pid: number): void {
    const entry: Entry = {
      pid,
      startTime: readStartTime(pid),
      hostPid: process.pid,
      hostStartTime: readStartTime(process.pid),
    }
    this.#attempt(() => writeFileSync(this.#file(pid), JSON.stringify(entry), { mode: 0o600 }))
  }

  forget(pid: number): void {
    this.#attempt(() => rmSync(this.#file(pid), { force: true }))
  }

  /** Ends the guests of hosts that are gone; returns their pids. Guests of a living host are its own. */
  sweep(): number[] {
    const swept: number[] = []
    for (const name of readdirSync(this.#folder)) {
      const entry = this.#read(name)
      if (entry && isSame(entry.hostPid, entry.hostStartTime)) continue
      if (entry && isSame(entry.pid, entry.startTime)) {
        try {
          process.kill(-entry.pid, 'SIGKILL')
          swept.push(entry.pid)
        } catch {
          // It ended between the look and the signal.
        }
      }
      rmSync(join(this.#folder, name), { force: true })
    }
    return swept
  }

  #attempt(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.#onError(error)
    }
  }

  #read(name: string): Entry | null {
    try {
      return JSON.parse(readFileSync(join(this.#folder, name), 'utf8')) as Entry
    } catch {
      return null
    }
  }

  #file(pid: number): string {
    return join(this.#folder, `${pid}.json`)
  }
}

/** A pid alone may belong to another process by now. With its start time it names one process. */
function isSame(pid: number, startTime: number | null): boolean {
  return startTime !== null && readStartTime(pid) === startTime
}
