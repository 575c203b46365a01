import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import { isJsonObject } from '../json-object.ts'
import { secretValues } from './secret.ts'

const MASK = '[secret]'
/** A shorter one would tear innocent text apart, and hides nothing. */
const MIN_LENGTH = 4
/** Secrets that were replaced are hidden too; the oldest give way. */
const MAX_SECRETS = 64

/** Replaces one plugin's secrets wherever they turn up in what it says. */
export class Redactor {
  #secrets: readonly string[] = []

  /** Takes note of the secrets of a config that is, or will be, in use. */
  learn(schema: JsonObject | undefined, config: JsonObject): void {
    if (!schema) return
    const found = secretValues(schema, config).filter((secret) => secret.length >= MIN_LENGTH)
    const all = [...new Set([...this.#secrets, ...found])].slice(-MAX_SECRETS)
    // The longest first: one may be part of another.
    this.#secrets = all.sort((a, b) => b.length - a.length)
  }

  text(value: string): string {
    return this.#secrets.reduce((text, secret) => text.replaceAll(secret, MASK), value)
  }

  /** The same value, or a copy without secrets; property names are left as they are. */
  json<T>(value: T): T {
    return this.#secrets.length === 0 ? value : (this.#clean(value as JsonValue) as T)
  }

  #clean(value: JsonValue | undefined): JsonValue | undefined {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) return value.map((part: JsonValue) => this.#clean(part) as JsonValue)
    if (!isJsonObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.#clean(part) as JsonValue]))
  }
}
