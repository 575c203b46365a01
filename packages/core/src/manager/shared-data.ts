import type { JsonValue, SharedChange, SharedEntry } from '@plugboard/plugin-sdk'
import { copyJson } from '../util/json-object.ts'
import { PluginError } from '../errors/plugin-error.ts'

const MAX_KEY = 256
const MAX_KEYS = 10_000
const MAX_VALUE_BYTES = 256 * 1_024

/** Versioned values that all plugins share. One counter serves all keys: a version is never used twice. */
export class SharedDataStore {
  readonly #entries = new Map<string, SharedEntry>()
  readonly #onChange: (change: SharedChange) => void
  #version = 0

  constructor(onChange: (change: SharedChange) => void) {
    this.#onChange = onChange
  }

  get(key: string): SharedEntry | undefined {
    return this.#entries.get(key)
  }

  /**
   * Returns the new version.
   * @throws PluginError `SHARED_DATA_INVALID`, `TOO_LARGE`
   */
  set(key: string, value: JsonValue): number {
    const entry = { value: checkedCopy(key, value), version: this.#version + 1 }
    if (!this.#entries.has(key) && this.#entries.size >= MAX_KEYS) {
      throw new PluginError('SHARED_DATA_INVALID', `shared data holds ${MAX_KEYS} keys already`, { key })
    }
    this.#version = entry.version
    this.#entries.set(key, entry)
    this.#onChange({ key, ...entry })
    return entry.version
  }

  /** Writes only where the key is at `version` (0: it does not exist); undefined when it is not. */
  compareAndSet(key: string, version: number, value: JsonValue): number | undefined {
    const current = this.#entries.get(key)?.version ?? 0
    return current === version ? this.set(key, value) : undefined
  }

  delete(key: string): boolean {
    if (!this.#entries.delete(key)) return false
    this.#version += 1
    this.#onChange({ key, version: this.#version })
    return true
  }
}

function checkedCopy(key: unknown, value: JsonValue): JsonValue {
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY) {
    const shown = String(key).slice(0, MAX_KEY)
    throw new PluginError('SHARED_DATA_INVALID', `a key is text of 1 to ${MAX_KEY} characters`, { key: shown })
  }
  const copy = copyJson(value)
  if (!copy) throw new PluginError('SHARED_DATA_INVALID', `the value of "${key}" is not JSON`, { key })
  if (copy.bytes <= MAX_VALUE_BYTES) return copy.value
  const message = `the value of "${key}" has ${copy.bytes} bytes; the limit is ${MAX_VALUE_BYTES}`
  throw new PluginError('TOO_LARGE', message, { bytes: copy.bytes, limit: MAX_VALUE_BYTES })
}
