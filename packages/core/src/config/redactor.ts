import type { JsonValue } from '@plugboard/plugin-sdk'
import { isJsonObject } from '../util/json-object.ts'
import { textsOf, type StoredConfig } from './secret.ts'
import { TextMatcher } from './text-matcher.ts'

const MASK = '[secret]'
/** Shorter secrets are not masked: masking them would damage ordinary text, and they protect nothing. */
const MIN_LENGTH = 4
/** A line of a multi-line secret, such as a PEM key, is also masked on its own if it has at least this length. */
const MIN_LINE_LENGTH = 8
/** Former secrets are masked too, up to this number in total. The ones learned longest ago are forgotten first. */
const MAX_SECRETS = 64

interface Matchers {
  readonly forward: TextMatcher
  /** Of the patterns backwards: finds what is left of a secret at the begin of a text that was cut. */
  readonly backward: TextMatcher
  readonly longest: number
}

/**
 * Replaces one plugin's secrets wherever they turn up in what is shown of it: logs, errors, status, events on the board.
 * What is delivered is never changed. The cost is linear in the text.
 */
export class Redactor {
  /** As they stand in a config, the one learned last at the end. */
  readonly #secrets = new Set<string>()
  #matchers: Matchers | null = null

  /** Takes note of the secrets of a config that is, or will be, in use. */
  learn(secrets: StoredConfig['secrets']): void {
    for (const text of Object.values(secrets).flatMap(textsOf)) {
      if (text.length < MIN_LENGTH) continue
      this.#secrets.delete(text)
      this.#secrets.add(text)
    }
    for (const oldest of this.#secrets) {
      if (this.#secrets.size <= MAX_SECRETS) break
      this.#secrets.delete(oldest)
    }
    this.#matchers = null
  }

  /** @param value may have been cut: what is left of a secret at either end is hidden as well */
  text(value: string): string {
    if (this.#secrets.size === 0) return value
    const { forward, backward, longest } = (this.#matchers ??= this.#build())
    const { spans, begun } = forward.find(value)
    const ends = begun >= MIN_LINE_LENGTH ? [[value.length - begun, value.length] as const] : []
    const left = backward.find(reversed(value.slice(0, longest))).begun
    const begins = left >= MIN_LINE_LENGTH ? [[0, left] as const] : []
    let masked = ''
    let at = 0
    for (const [start, end] of [...begins, ...spans, ...ends]) {
      if (end <= at) continue
      masked += value.slice(at, Math.max(at, start))
      if (start >= at || masked === '') masked += MASK
      at = end
    }
    return masked + value.slice(at)
  }

  /** The same value, or a copy without secrets; property names are left as they are. */
  json<T>(value: T): T {
    return this.#secrets.size === 0 ? value : (this.#clean(value as JsonValue) as T)
  }

  #clean(value: JsonValue | undefined): JsonValue | undefined {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number') return this.#secrets.has(String(value)) ? MASK : value
    if (Array.isArray(value)) return value.map((part: JsonValue) => this.#clean(part) as JsonValue)
    if (!isJsonObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.#clean(part) as JsonValue]))
  }

  #build(): Matchers {
    const forms = [...new Set([...this.#secrets].flatMap(formsOf))]
    return {
      forward: new TextMatcher(forms),
      backward: new TextMatcher(forms.map(reversed)),
      longest: forms.reduce((most, { length }) => Math.max(most, length), 0),
    }
  }
}

/** The secret, as it looks inside JSON and inside an address, and its lines. */
function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= MIN_LINE_LENGTH)
  return [secret, JSON.stringify(secret).slice(1, -1), encoded(secret), ...lines]
}

/** As in a URL. Half of a surrogate pair cannot be encoded: such a secret stays as it is. */
function encoded(secret: string): string {
  return secret.isWellFormed() ? encodeURIComponent(secret) : secret
}

/** By code units, as the matcher reads them. */
function reversed(text: string): string {
  return text.split('').toReversed().join('')
}
