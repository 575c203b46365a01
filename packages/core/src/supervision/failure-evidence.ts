import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isInside } from '../permission.ts'
import type { Crash } from '../runner/runner.ts'
import { findCulprit, type Culprit } from './culprit.ts'

/** What is left of an instance that ended without having been told to. */
export interface FailureEvidence {
  readonly exitCode: number | null
  readonly signal: string | null
  /** Where its own code was; null where it crashed, or where that cannot be told. */
  readonly culprit: Culprit | null
  /** It was inside native code, such as crypto or synchronous I/O, and could not be looked at. */
  readonly native: boolean
  /** A `.cpuprofile` of the hang; null where none could be taken or kept. */
  readonly profilePath: string | null
  /** The last stack seen, innermost frame first. */
  readonly stack: readonly string[]
}

const MAX_SOURCE_BYTES = 2 * 1_024 * 1_024
const MAX_SOURCE_LINE = 200
const MAX_PROFILES = 20

/** Keeps the profiles of hangs in the data folder, the newest of each plugin, and reads the lines that they blame. */
export class EvidenceRoom {
  readonly #folder: string
  readonly #onError: (error: unknown) => void

  /** @param onError a profile could not be kept; the rest of the evidence is there all the same */
  constructor(dataDir: string, onError: (error: unknown) => void) {
    this.#folder = join(dataDir, 'profiles')
    this.#onError = onError
  }

  /** @param folder the plugin's own folder, by real path */
  of(crash: Crash, { id, folder }: { readonly id: string; readonly folder: string }): FailureEvidence {
    const { exitCode, signal, stall } = crash
    const place = stall && findCulprit(stall, folder)
    return {
      exitCode,
      signal,
      culprit: place && { ...place, source: readLine(place, folder) },
      native: stall?.native ?? false,
      profilePath: stall?.profile == null ? null : this.#keep(id, stall.profile),
      stack: stall?.stacks.at(-1) ?? [],
    }
  }

  #keep(id: string, profile: string): string | null {
    const folder = join(this.#folder, id)
    const path = join(folder, `${new Date().toISOString().replaceAll(':', '-')}-hang.cpuprofile`)
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(path, profile, { mode: 0o600 })
      // Their names sort by time.
      for (const name of readdirSync(folder).sort().slice(0, -MAX_PROFILES)) rmSync(join(folder, name), { force: true })
      return path
    } catch (error) {
      this.#onError(error)
      return null
    }
  }
}

/** The text of a line of the plugin's own code, trimmed. */
function readLine({ file, line }: Pick<Culprit, 'file' | 'line'>, folder: string): string | null {
  try {
    const path = realpathSync(file)
    const found = statSync(path)
    if (!found.isFile() || found.size > MAX_SOURCE_BYTES || !isInside(path, folder)) return null
    return readFileSync(path, 'utf8').split('\n')[line - 1]?.trim().slice(0, MAX_SOURCE_LINE) ?? null
  } catch {
    return null
  }
}
