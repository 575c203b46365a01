import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isInside } from '../catalog/permission.ts'
import type { CodePlace, Crash, CrashReport } from '../errors/crash.ts'
import { PluginError } from '../errors/plugin-error.ts'
import { CRASH_CODES, type CrashCode } from '../errors/plugin-failure.ts'
import { clock } from '../util/clock.ts'
import { findStalledCode, type CodeLocation } from './stalled-code.ts'

const MAX_SOURCE_BYTES = 2 * 1_024 * 1_024
const MAX_SOURCE_LINE = 200
const MAX_PROFILES = 20

/** Turns crashes into errors that say where the plugin's code was, and stores the newest profiles of hangs in the data folder. */
export class CrashReporter {
  readonly #folder: string
  readonly #onError: (error: unknown) => void

  /** @param onError is told when a profile could not be stored; the rest of the report is complete all the same */
  constructor(dataDir: string, onError: (error: unknown) => void) {
    this.#folder = join(dataDir, 'profiles')
    this.#onError = onError
  }

  /** @param folder the plugin's own folder, by real path */
  errorOf(crash: Crash, { id, folder }: { readonly id: string; readonly folder: string }): PluginError<CrashCode> {
    const { kind, cause, message, exitCode, signal, error, output, stall } = crash
    const place = placeOf(crash, folder)
    const report: CrashReport = {
      cause,
      place,
      exitCode,
      signal,
      error,
      output,
      stack: stall?.stacks.at(-1) ?? [],
      profilePath: stall?.profile == null ? null : this.#store(id, stall.profile),
    }
    return new PluginError(CRASH_CODES[kind], `${message}${sentenceOf(place)}`, report)
  }

  #store(id: string, profile: string): string | null {
    const folder = join(this.#folder, id)
    const path = join(folder, `${new Date(clock.epoch()).toISOString().replaceAll(':', '-')}-hang.cpuprofile`)
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

function placeOf({ stall }: Crash, folder: string): CodePlace | null {
  if (!stall) return null
  if (stall.native) return { native: true }
  const location = findStalledCode(stall, folder)
  if (!location) return null
  const { function: name, file, line } = location
  return { native: false, function: name, file: relative(folder, file), line, source: readLine(location, folder) }
}

function sentenceOf(place: CodePlace | null): string {
  if (place === null) return ''
  if (place.native) return ' It was inside native code.'
  const source = place.source ? `: ${place.source}` : ''
  return ` It was in ${place.function} (${place.file}:${place.line})${source}`
}

/** The text of a line of the plugin's own code, trimmed. */
function readLine({ file, line }: CodeLocation, folder: string): string | null {
  try {
    const path = realpathSync(file)
    const found = statSync(path)
    if (!found.isFile() || found.size > MAX_SOURCE_BYTES || !isInside(path, folder)) return null
    return readFileSync(path, 'utf8').split('\n')[line - 1]?.trim().slice(0, MAX_SOURCE_LINE) ?? null
  } catch {
    return null
  }
}
