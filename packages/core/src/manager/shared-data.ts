import type { JsonValue, SharedChange, SharedEntry } from '@plugboard/plugin-sdk'
import { copyJson } from '../util/json-object.ts'
import { PluginError } from '../errors/plugin-error.ts'

const MAX_KEY = 256
const MAX_KEYS = 10_000
const MAX_VALUE_BYTES = 256 * 1_024
/** What one plugin may have written last, over all keys. */
const MAX_PLUGIN_BYTES = 8 * 1_024 * 1_024

interface Held {
  readonly entry: SharedEntry
  readonly bytes: number
  /** The plugin that wrote it last; null for the host. */
  readonly writer: string | null
}

export interface SharedDataOptions {
  readonly totalBytes: number
  readonly onChange: (change: SharedChange) => void
}

/** Versioned values that all plugins share. One counter serves all keys: a version is never used twice. */
export class SharedDataStore {
  readonly #entries = new Map<string, Held>()
  readonly #bytesByWriter = new Map<string | null, number>()
  readonly #options: SharedDataOptions
  #bytes = 0
  #version = 0

  constructor(options: SharedDataOptions) {
    this.#options = options
  }

  /** How much it holds. Bytes are those of the values' JSON. */
  get held(): { readonly keys: number; readonly bytes: number } {
    return { keys: this.#entries.size, bytes: this.#bytes }
  }

  get(key: string): SharedEntry | undefined {
    return this.#entries.get(key)?.entry
  }

  /**
   * Returns the new version.
   * @param writer the id of the plugin that writes, whose share is bounded; left out: the host
   * @throws PluginError `SHARED_DATA_INVALID`, `TOO_LARGE`
   */
  set(key: string, value: JsonValue, writer: string | null = null): number {
    const copy = checkedCopy(key, value)
    const before = this.#entries.get(key)
    if (!before && this.#entries.size >= MAX_KEYS) {
      throw new PluginError('SHARED_DATA_INVALID', `shared data holds ${MAX_KEYS} keys already`, { key })
    }
    const { totalBytes, onChange } = this.#options
    const grown = this.#bytes - (before?.bytes ?? 0) + copy.bytes
    if (grown > totalBytes) throw tooLarge('shared data', grown, totalBytes)
    const ownBytes = this.#bytesOf(writer) - (before?.writer === writer ? before.bytes : 0) + copy.bytes
    if (writer !== null && ownBytes > MAX_PLUGIN_BYTES) {
      throw tooLarge(`what ${writer} has written to shared data`, ownBytes, MAX_PLUGIN_BYTES)
    }
    if (before) this.#forget(before)
    this.#version += 1
    const entry = { value: copy.value, version: this.#version }
    this.#entries.set(key, { entry, bytes: copy.bytes, writer })
    this.#add(writer, copy.bytes)
    onChange({ key, ...entry })
    return entry.version
  }

  /** Writes only where the key is at `version` (0: it does not exist); undefined when it is not. */
  compareAndSet(key: string, version: number, value: JsonValue): number | undefined {
    return this.isAt(key, version) ? this.set(key, value) : undefined
  }

  /** Whether the key is at this version; at version 0 it does not exist. */
  isAt(key: string, version: number): boolean {
    return (this.get(key)?.version ?? 0) === version
  }

  delete(key: string): boolean {
    const before = this.#entries.get(key)
    if (!before) return false
    this.#entries.delete(key)
    this.#forget(before)
    this.#version += 1
    this.#options.onChange({ key, version: this.#version })
    return true
  }

  #bytesOf(writer: string | null): number {
    return this.#bytesByWriter.get(writer) ?? 0
  }

  #forget({ writer, bytes }: Held): void {
    this.#add(writer, -bytes)
  }

  #add(writer: string | null, bytes: number): void {
    this.#bytes += bytes
    const held = this.#bytesOf(writer) + bytes
    if (held > 0) this.#bytesByWriter.set(writer, held)
    else this.#bytesByWriter.delete(writer)
  }
}

function checkedCopy(key: unknown, value: JsonValue): { readonly value: JsonValue; readonly bytes: number } {
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY) {
    const shown = String(key).slice(0, MAX_KEY)
    throw new PluginError('SHARED_DATA_INVALID', `a key is text of 1 to ${MAX_KEY} characters`, { key: shown })
  }
  const copy = copyJson(value)
  if (!copy) throw new PluginError('SHARED_DATA_INVALID', `the value of "${key}" is not JSON`, { key })
  if (copy.bytes <= MAX_VALUE_BYTES) return copy
  throw tooLarge(`the value of "${key}"`, copy.bytes, MAX_VALUE_BYTES)
}

function tooLarge(what: string, bytes: number, limit: number): PluginError<'TOO_LARGE'> {
  return new PluginError('TOO_LARGE', `${what} would take ${bytes} bytes; the limit is ${limit}`, { bytes, limit })
}
