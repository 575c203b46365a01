// Events as they travel between host and guest, in both directions. A batch is a list of runs: events of one type, source,
// origin and shape of data, their values in one flat list. See docs/performance.md.
import type { EventOrigin, JsonObject, JsonValue, PluginEvent } from '@plugboard/plugin-sdk'

/** Events that follow each other and share their type, source, origin and the shape of their data. */
export interface EventRun {
  readonly type: string
  readonly source: string
  /** Null from guest to host: the host does not trust an origin that a guest sends. */
  readonly origin: EventOrigin | null
  /** The data of each event is an object with these fields, in this order; null: it is one value. */
  readonly keys: readonly string[] | null
  /** Each event has a subject and a traceparent, of which one may be null. */
  readonly more?: boolean
  /** Of each event: id, time since the base, its data (a value for each key); where `more`, subject and traceparent. */
  readonly values: readonly unknown[]
}

/** What the encoder needs of an event. */
export interface Encodable {
  readonly type: string
  readonly source: string
  readonly origin: EventOrigin | null
  readonly more: boolean
  /** Of {@link encodeData}. */
  readonly keys: string
  /** Of {@link encodeValues}. */
  readonly values: string
}

/** Data as it travels: the names of its fields, as JSON, and its values, joined by commas. */
export interface EncodedData {
  readonly keys: string
  readonly values: string
}

/** Times are sent as milliseconds since this moment: small whole numbers are parsed twice as fast. */
export const TIME_BASE = Date.now()

const NO_KEYS = 'null'
/** What a run takes at most beside its type, source, keys and values: the origin names a node and a plugin. */
const RUN_CHARACTERS = 256
/** JSON writes a control character as six characters. */
const MAX_ESCAPED = 6
/** An object of more fields travels as one value. */
const MAX_KEYS = 32
const MAX_CACHED_TEXTS = 4_096
const MAX_CACHED_LENGTH = 64
const quotedTexts = new Map<string, string>()
// Taken before a plugin is imported: it may replace the globals.
const { stringify } = JSON
const { getPrototypeOf, keys: namesOf, prototype } = Object

/** The fields of the data that was encoded last: the next event’s data mostly has the same. */
let lastKeys: string[] = []
let lastKeysText = '[]'

/**
 * Data as it travels. Most is an object of a few texts and numbers: its names are sent once for a run, and its values take
 * half the time of `JSON.stringify`.
 * @throws TypeError where the data is not JSON
 */
export function encodeData(data: unknown): EncodedData {
  if (typeof data !== 'object' || data === null || 'toJSON' in data) return encodeWhole(data)
  const parent: unknown = getPrototypeOf(data)
  // JSON has only the fields that are an object's own; those of a class or of an array are written by JSON itself.
  if (parent !== prototype && parent !== null) return encodeWhole(data)
  let values = ''
  let count = 0
  let isSame = true
  for (const key in data) {
    // A receiver that assigned this name would lose the field.
    if (key === '__proto__') return encodeWhole(data)
    const value = (data as JsonObject)[key]
    let encoded: string
    if (typeof value === 'number' && Number.isFinite(value)) encoded = `${value}`
    else if (typeof value === 'string') encoded = quote(value)
    else if (value === null || typeof value === 'boolean') encoded = `${value}`
    else return encodeWhole(data)
    values += values === '' ? encoded : `,${encoded}`
    if (key !== lastKeys[count]) isSame = false
    count += 1
  }
  if (count === 0 || count > MAX_KEYS) return encodeWhole(data)
  if (!isSame || count !== lastKeys.length) {
    lastKeys = namesOf(data)
    lastKeysText = stringify(lastKeys)
    // Something has added a field to the prototype of all objects.
    if (lastKeys.length !== count) return encodeWhole(data)
  }
  return { keys: lastKeysText, values }
}

function encodeWhole(data: unknown): EncodedData {
  return { keys: NO_KEYS, values: stringify(data) ?? 'null' }
}

/**
 * The values of one event as JSON, joined by commas.
 * @param id null on the way up: the host numbers events
 * @param at epoch milliseconds
 * @param data the encoded values of its data
 */
export function encodeValues(id: string | null, at: number, data: string): string {
  return `${id === null ? 'null' : `"${id}"`},${at - TIME_BASE},${data}`
}

/** What follows the values of an event that has a subject or a traceparent. */
export function encodeMore({
  subject,
  traceparent,
}: {
  readonly subject?: string | undefined
  readonly traceparent?: string | undefined
}): string {
  return `,${stringify(subject ?? null)},${stringify(traceparent ?? null)}`
}

/** How many characters an event adds to a batch at most: as a run of its own. */
export function encodedLength({ type, source, keys, values }: Omit<Encodable, 'origin' | 'more'>): number {
  return keys.length + values.length + MAX_ESCAPED * (type.length + source.length) + RUN_CHARACTERS
}

/** The runs of a batch, as JSON. */
export function encodeRuns(events: readonly Encodable[]): string {
  let text = ''
  let run: Encodable | undefined
  for (const event of events) {
    if (run && isSameRun(event, run)) {
      text += `,${event.values}`
      continue
    }
    run = event
    const { type, source, origin, keys, more } = event
    const head = `{"type":${quote(type)},"source":${quote(source)},"origin":${stringify(origin)},"keys":${keys}`
    text += `${text === '' ? '[' : ']},'}${head}${more ? ',"more":true' : ''},"values":[${event.values}`
  }
  return text === '' ? '[]' : `${text}]}]`
}

/** The events of a batch’s runs, in order. @param timeBase that of the sender, in epoch milliseconds */
export function decodeRuns(runs: readonly EventRun[], timeBase: number): PluginEvent[] {
  const events: PluginEvent[] = []
  for (const run of runs) {
    const { type, source, keys, more = false, values } = run
    const origin = Object.freeze(run.origin!)
    const width = widthOf(keys, more)
    for (let start = 0; start + width <= values.length; start += width) {
      const id = values[start] as string
      const at = timeBase + (values[start + 1] as number)
      const data = dataAt(run, start + 2)
      if (more) events.push({ id, type, at, source, data, ...moreAt(values, start + width - 2), origin })
      else events.push({ id, type, at, source, data, origin })
    }
  }
  return events
}

/** How many values each event of a run has. */
export function widthOf(keys: readonly string[] | null, more: boolean): number {
  return 2 + (keys?.length ?? 1) + (more ? 2 : 0)
}

/** The data of one event. `start` is the index of its first data value, after the id and the time. */
export function dataAt({ keys, values }: Pick<EventRun, 'keys' | 'values'>, start: number): JsonValue {
  if (keys === null) return values[start] as JsonValue
  const data: Record<string, JsonValue> = {}
  for (let index = 0; index < keys.length; index += 1) data[keys[index]!] = values[start + index] as JsonValue
  return data
}

function moreAt(values: readonly unknown[], start: number): { subject?: string; traceparent?: string } {
  const [subject, traceparent] = [values[start], values[start + 1]] as (string | null)[]
  return { ...(subject != null && { subject }), ...(traceparent != null && { traceparent }) }
}

function isSameRun(one: Encodable, other: Encodable): boolean {
  return (
    one.type === other.type &&
    one.source === other.source &&
    one.origin === other.origin &&
    one.keys === other.keys &&
    one.more === other.more
  )
}

/** Types, sources and names come again and again: each is escaped once. */
function quote(text: string): string {
  const known = quotedTexts.get(text)
  if (known !== undefined) return known
  const quoted = stringify(text)
  if (text.length <= MAX_CACHED_LENGTH) {
    if (quotedTexts.size >= MAX_CACHED_TEXTS) quotedTexts.clear()
    quotedTexts.set(text, quoted)
  }
  return quoted
}
