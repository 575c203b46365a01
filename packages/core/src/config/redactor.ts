import type { JsonValue } from '@plugboard/plugin-sdk'
import { isDeeper, isJsonObject } from '../util/json-object.ts'
import { textsOf, type StoredConfig } from './secret.ts'
import { TextMatcher, type Span } from './text-matcher.ts'

const MASK = '[secret]'
/** Shorter secrets are not masked: masking them would damage ordinary text, and they protect nothing. */
const MIN_LENGTH = 4
/** In what other plugins say, a secret is masked from this length on: a shorter one may be a word of ordinary text. */
const MIN_SHARED_LENGTH = 12
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

/** The secrets of one plugin, in texts that may have been cut: what is left of a secret at either end is found as well. */
class OwnSecrets {
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

  find(value: string): readonly Span[] {
    const { spans, begun } = this.#forward.find(value, (start, end) =>
      this.#long.reduce((last, whole) => Math.max(last, endOf(whole, value, start)), end),
    )
    const { begun: left } = this.#backward.find(reversed(value.slice(0, this.#longest)))
    return [
      ...(left >= MIN_LINE_LENGTH ? [[0, left] as const] : []),
      ...spans,
      ...(begun >= MIN_LINE_LENGTH ? [[value.length - begun, value.length] as const] : []),
    ]
  }
}

/**
 * The secrets of all plugins together: an event or a message can carry one to another plugin, which may log it. Only a whole
 * secret is found. If its beginning were, a plugin could find out the secret of another one, character by character, by what
 * of its own words is masked.
 */
export class SharedSecrets {
  readonly #owners = new Map<Redactor, readonly string[]>()
  /** Of plugins that were unloaded: what they have published may still be on its way. */
  #former: readonly string[] = []
  #texts: ReadonlySet<string> | null = null
  #matcher: TextMatcher | null = null

  add(owner: Redactor): void {
    this.#owners.set(owner, [])
    this.update(owner)
  }

  delete(owner: Redactor): void {
    this.#former = [...this.#former, ...(this.#owners.get(owner) ?? [])].slice(-MAX_FORMER)
    this.#owners.delete(owner)
    this.#forget()
  }

  /** An owner has learned other secrets; that of a plugin that is not loaded is nothing to it. */
  update(owner: Redactor): void {
    const before = this.#owners.get(owner)
    const texts = owner.inUse.filter(({ length }) => length >= MIN_SHARED_LENGTH)
    if (!before || before.join('\n') === texts.join('\n')) return
    this.#owners.set(owner, texts)
    this.#forget()
  }

  /**
   * The same value, or a copy without these plugins' own secrets and without shared ones, in property names too, and without
   * what is nested too deep.
   */
  redact<T>(owners: readonly Redactor[], value: T): T {
    const isLeft = this.#all().size === 0 && owners.every(({ isEmpty }) => isEmpty) && !isDeeper(value, MAX_DEPTH)
    if (isLeft) return value
    const ways = {
      text: (text: string) => masked(text, [...owners.flatMap((owner) => owner.find(text)), ...this.#find(text)]),
      isSecret: (text: string) => owners.some((owner) => owner.has(text)),
    }
    return clean(value as JsonValue, ways) as T
  }

  #find(value: string): readonly Span[] {
    if (this.#all().size === 0) return []
    this.#matcher ??= new TextMatcher(
      [...this.#all()].flatMap(formsOf).filter(({ length }) => length >= MIN_SHARED_LENGTH && length <= MAX_PATTERN),
    )
    return this.#matcher.find(value).spans
  }

  #all(): ReadonlySet<string> {
    return (this.#texts ??= new Set([...this.#owners.values(), this.#former].flat()))
  }

  #forget(): void {
    this.#texts = null
    this.#matcher = null
  }
}

interface Ways {
  readonly text: (value: string) => string
  readonly isSecret: (value: string) => boolean
}

function clean(value: JsonValue | undefined, ways: Ways, depth = 0): JsonValue | undefined {
  if (depth > MAX_DEPTH) return TOO_DEEP
  if (typeof value === 'string') return ways.text(value)
  if (typeof value === 'number') return ways.isSecret(String(value)) ? MASK : value
  if (Array.isArray(value)) return value.map((part: JsonValue) => clean(part, ways, depth + 1) as JsonValue)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [ways.text(key), clean(part, ways, depth + 1) as JsonValue]),
  )
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
  #own: OwnSecrets | null = null

  constructor(shared: SharedSecrets = new SharedSecrets()) {
    this.#shared = shared
  }

  /** The secrets of the config in force, and of the one about to be. */
  get inUse(): readonly string[] {
    return [...new Set(this.#inUse.flat())]
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
    this.#own = null
    this.#shared.update(this)
  }

  get isEmpty(): boolean {
    return this.#secrets.size === 0
  }

  has(text: string): boolean {
    return this.#secrets.has(text)
  }

  /** Where its own secrets stand in a text. */
  find(value: string): readonly Span[] {
    return this.isEmpty ? [] : (this.#own ??= new OwnSecrets([...this.#secrets])).find(value)
  }

  /** @param value may have been cut: what is left of a secret of its own at either end is hidden as well */
  text(value: string): string {
    return this.json(value)
  }

  /** As {@link SharedSecrets.redact}. */
  json<T>(value: T): T {
    return this.#shared.redact([this], value)
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
