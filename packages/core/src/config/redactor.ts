import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import { isJsonObject } from '../util/json-object.ts'
import { secretValues } from './secret.ts'

const MASK = '[secret]'
/** Shorter secrets are not masked: masking them would damage ordinary text, and they protect nothing. */
const MIN_LENGTH = 4
/** A line of a multi-line secret, such as a PEM key, is also masked on its own if it has at least this length. */
const MIN_LINE_LENGTH = 8
/** Former secrets are masked too, up to this number in total. The ones learned longest ago are forgotten first. */
const MAX_SECRETS = 64

/** Replaces one plugin's secrets wherever they turn up in what it says. */
export class Redactor {
  /** As they stand in a config, the one learned last at the end. */
  readonly #secrets = new Set<string>()
  /** As they may be written, the longest first: one may be part of another. */
  #forms: readonly string[] = []

  /** Takes note of the secrets of a config that is, or will be, in use. */
  learn(schema: JsonObject | undefined, config: JsonObject): void {
    if (!schema) return
    for (const secret of secretValues(schema, config)) {
      if (secret.length < MIN_LENGTH) continue
      this.#secrets.delete(secret)
      this.#secrets.add(secret)
    }
    for (const oldest of this.#secrets) {
      if (this.#secrets.size <= MAX_SECRETS) break
      this.#secrets.delete(oldest)
    }
    this.#forms = [...new Set([...this.#secrets].flatMap(formsOf))].sort((a, b) => b.length - a.length)
  }

  get hasSecrets(): boolean {
    return this.#forms.length > 0
  }

  /** @param value may have been cut: what is left of a secret at either end is hidden as well */
  text(value: string): string {
    return this.#forms.reduce((text, secret) => withoutCutEnds(text.replaceAll(secret, MASK), secret), value)
  }

  /** The same value, or a copy without secrets; property names are left as they are. */
  json<T>(value: T): T {
    return !this.hasSecrets ? value : (this.#clean(value as JsonValue) as T)
  }

  #clean(value: JsonValue | undefined): JsonValue | undefined {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) return value.map((part: JsonValue) => this.#clean(part) as JsonValue)
    if (!isJsonObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.#clean(part) as JsonValue]))
  }
}

/** The secret, as it looks inside JSON, and its lines. */
function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= MIN_LINE_LENGTH)
  return [secret, JSON.stringify(secret).slice(1, -1), ...lines]
}

function withoutCutEnds(text: string, secret: string): string {
  const longest = Math.min(secret.length - 1, text.length)
  for (let length = longest; length >= MIN_LINE_LENGTH; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) text = text.slice(0, -length) + MASK
    if (text.startsWith(secret.slice(-length))) text = MASK + text.slice(length)
  }
  return text
}
