import type { JsonValue, SharedChange, SharedEntry } from '@plugboard/plugin-sdk'
import { PluginError } from './plugin-error.ts'

const MAX_KEY = 256
const MAX_KEYS = 10_000
const MAX_VALUE_BYTES = 256 * 1_024

/** Versioned values that all plugins share. A deleted key keeps its version, so that it is never used twice. */
export class SharedDataStore {
  readonly #entries = new Map<string, { value: JsonValue | undefined; version: number }>()
  readonly #onChange: (change: SharedChange) => void

  constructor(onChange: (change: SharedChange) => void) {
    this.#onChange = onChange
  }

  get(key: string): SharedEntry | undefined {
    const entry = this.#entries.get(key)
    return entry?.value === undefined ? undefined : { value: entry.value, version: entry.version }
  }

  /**
   * Returns the new version.
   * @throws PluginError `SHARED_DATA_INVALID`, `TOO_LARGE`
   */
  set(key: string, value: JsonValue): number {
    return this.#write(key, checkedCopy(key, value))
  }

  /** Writes only where the key is at `version` (0: it does not exist); undefined when it is not. */
  compareAndSet(key: string, version: number, value: JsonValue): number | undefined {
    const entry = this.#entries.get(key)
    const current = entry?.value === undefined ? 0 : entry.version
    return current === version ? this.set(key, value) : undefined
  }

  delete(key: string): boolean {
    if (this.get(key) === undefined) return false
    this.#write(key, undefined)
    return true
  }

  #write(key: string, value: JsonValue | undefined): number {
    const version = (this.#entries.get(key)?.version ?? 0) + 1
    if (!this.#entries.has(key) && this.#entries.size >= MAX_KEYS) {
      throw new PluginError('SHARED_DATA_INVALID', `shared data holds ${MAX_KEYS} keys already`, { key })
    }
    this.#entries.set(key, { value, version })
    this.#onChange(value === undefined ? { key, version } : { key, value, version })
    return version
  }
}

function checkedCopy(key: unknown, value: JsonValue): JsonValue {
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY) {
    throw new PluginError('SHARED_DATA_INVALID', `a key is text of 1 to ${MAX_KEY} characters`, {
      key: String(key).slice(0, MAX_KEY),
    })
  }
  const json = JSON.stringify(value) as string | undefined
  if (json === undefined) throw new PluginError('SHARED_DATA_INVALID', `the value of "${key}" is not JSON`, { key })
  const bytes = Buffer.byteLength(json)
  if (bytes <= MAX_VALUE_BYTES) return JSON.parse(json) as JsonValue
  throw new PluginError('TOO_LARGE', `the value of "${key}" has ${bytes} bytes; the limit is ${MAX_VALUE_BYTES}`, {
    bytes,
    limit: MAX_VALUE_BYTES,
  })
}
