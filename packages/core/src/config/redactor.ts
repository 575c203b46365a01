import type { JsonValue } from '@plugboard/plugin-sdk'
import { isDeeper, isJsonObject } from '../util/json-object.ts'
import { textsOf, type StoredConfig } from './secret.ts'
import { TextMatcher, type Span } from './text-matcher.ts'

const MASK = '[secret]'
/** Shorter secrets are not masked: masking them would damage ordinary text, and they protect nothing. */
const MIN_LENGTH = 4
/** In what other plugins say, a secret is masked from this length on: a shorter one is a word that anybody may write. */
const MIN_SHARED_LENGTH = 8
/** A line of a multi-line secret, such as a PEM key, is also masked on its own if it has at least this length. */
const MIN_LINE_LENGTH = 8
/** So many former secrets are masked too. The ones learned longest ago are forgotten first. */
const MAX_FORMER = 64
/** The configs whose secrets are never forgotten: the one in force, and the one that is about to be. */
const IN_USE = 2

/**
 * Of a longer secret, or line, only so much is looked for; what follows is compared. Each character that is looked for
 * takes memory, twice.
 */
const MAX_PATTERN = 256
/** Nobody writes deeper data, and it would overflow the stack of whoever reads it. */
const MAX_DEPTH = 500
const TOO_DEEP = '[too deep]'

/** Finds some texts in others. The cost is linear in the text. */
class SecretFinder {
  readonly #forward: TextMatcher
  /** Of the patterns backwards: finds what is left of a secret at the begin of a text that was cut. */
  readonly #backward: TextMatcher
  readonly #longest: number
  /** Texts that are longer than their patterns. */
  readonly #long: readonly string[]

  constructor(secrets: readonly string[]) {
    const texts = [...new Set(secrets.flatMap(formsOf))]
    const forms = [...new Set(texts.map((text) => text.slice(0, MAX_PATTERN)))]
    this.#long = texts.filter(({ length }) => length > MAX_PATTERN)
    this.#forward = new TextMatcher(forms)
    this.#backward = new TextMatcher(forms.map(reversed))
    this.#longest = forms.reduce((most, { length }) => Math.max(most, length), 0)
  }

  find(value: string): Span[] {
    const { spans, begun } = this.#forward.find(value)
    const ends = begun >= MIN_LINE_LENGTH ? [[value.length - begun, value.length] as const] : []
    const left = this.#backward.find(reversed(value.slice(0, this.#longest))).begun
    const begins = left >= MIN_LINE_LENGTH ? [[0, left] as const] : []
    return [...begins, ...spans, ...ends].map(([start, end]) => {
      return [start, Math.max(end, ...this.#long.map((whole) => endOf(whole, value, start)))]
    })
  }
}

/** @param spans in any order */
function masked(value: string, spans: readonly Span[]): string {
  if (spans.length === 0) return value
  let text = ''
  let at = 0
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    if (end <= at) continue
    if (start >= at) text += value.slice(at, start) + MASK
    at = end
  }
  return text + value.slice(at)
}

/** The longer secrets of all plugins together: an event or a message can carry one to another plugin, which may log it. */
export class SharedSecrets {
  readonly #owners = new Set<Redactor>()
  #texts: ReadonlySet<string> | null = null
  #finder: SecretFinder | null = null

  add(owner: Redactor): void {
    this.#owners.add(owner)
    this.changed()
  }

  delete(owner: Redactor): void {
    this.#owners.delete(owner)
    this.changed()
  }

  changed(): void {
    this.#texts = null
    this.#finder = null
  }

  has(text: string): boolean {
    return this.#all().has(text)
  }

  get size(): number {
    return this.#all().size
  }

  find(value: string): readonly Span[] {
    return this.size === 0 ? [] : (this.#finder ??= new SecretFinder([...this.#all()])).find(value)
  }

  #all(): ReadonlySet<string> {
    return (this.#texts ??= new Set(
      [...this.#owners].flatMap(({ secrets }) => secrets.filter(({ length }) => length >= MIN_SHARED_LENGTH)),
    ))
  }
}

/**
 * Replaces one plugin's secrets, and the longer ones of the others, wherever they turn up in what is shown of it: logs,
 * errors, status, events on the board. What is delivered is never changed.
 */
export class Redactor {
  readonly #shared: SharedSecrets
  /** As they stand in a config, the one learned last at the end. */
  readonly #secrets = new Set<string>()
  /** Those of the configs learned last, the last one at the end. */
  readonly #inUse: (readonly string[])[] = []
  #finder: SecretFinder | null = null

  constructor(shared: SharedSecrets = new SharedSecrets()) {
    this.#shared = shared
  }

  /** Those of its own plugin. */
  get secrets(): readonly string[] {
    return [...this.#secrets]
  }

  /** Takes note of the secrets of a config that is, or will be, in use. */
  learn(secrets: StoredConfig['secrets']): void {
    const texts = Object.values(secrets)
      .flatMap(textsOf)
      .filter(({ length }) => length >= MIN_LENGTH)
    for (const text of texts) {
      this.#secrets.delete(text)
      this.#secrets.add(text)
    }
    this.#inUse.push(texts)
    if (this.#inUse.length > IN_USE) this.#inUse.shift()
    const inUse = new Set(this.#inUse.flat())
    const former = [...this.#secrets].filter((text) => !inUse.has(text))
    for (const oldest of former.slice(0, Math.max(0, former.length - MAX_FORMER))) this.#secrets.delete(oldest)
    this.#finder = null
    this.#shared.changed()
  }

  /** @param value may have been cut: what is left of a secret at either end is hidden as well */
  text(value: string): string {
    const own = this.#secrets.size === 0 ? [] : (this.#finder ??= new SecretFinder(this.secrets)).find(value)
    return masked(value, [...own, ...this.#shared.find(value)])
  }

  /** The same value, or a copy without secrets, in property names too, and without what is nested too deep. */
  json<T>(value: T): T {
    const isLeft = this.#secrets.size === 0 && this.#shared.size === 0 && !isDeeper(value, MAX_DEPTH)
    return isLeft ? value : (this.#clean(value as JsonValue) as T)
  }

  #clean(value: JsonValue | undefined, depth = 0): JsonValue | undefined {
    if (depth > MAX_DEPTH) return TOO_DEEP
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number') return this.#isSecret(String(value)) ? MASK : value
    if (Array.isArray(value)) return value.map((part: JsonValue) => this.#clean(part, depth + 1) as JsonValue)
    if (!isJsonObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [this.text(key), this.#clean(part, depth + 1) as JsonValue]),
    )
  }

  #isSecret(text: string): boolean {
    return this.#secrets.has(text) || this.#shared.has(text)
  }
}

/** Where what a text has of a long secret ends; 0 if the secret does not begin at `start`. */
function endOf(secret: string, text: string, start: number): number {
  if (!text.startsWith(secret.slice(0, MAX_PATTERN), start)) return 0
  let length = MAX_PATTERN
  while (length < secret.length && secret[length] === text[start + length]) length += 1
  return start + length
}

/** The secret, as it looks inside JSON and inside an address, and its lines. */
function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= MIN_LINE_LENGTH)
  return [secret, JSON.stringify(secret).slice(1, -1), ...encodedForms(secret), ...lines]
}

/** As in the parts of an address, and in a form. Half of a surrogate pair cannot be encoded. */
function encodedForms(secret: string): string[] {
  if (!secret.isWellFormed()) return []
  const address = new URL('https://host/')
  address.password = secret
  address.search = `?${secret.replaceAll('#', '%23')}`
  const form = new URLSearchParams([['', secret]]).toString().slice(1)
  return [encodeURIComponent(secret), form, address.password, address.search.slice(1)].filter(
    ({ length }) => length >= MIN_LENGTH,
  )
}

/** By code units, as the matcher reads them. */
function reversed(text: string): string {
  return text.split('').toReversed().join('')
}
