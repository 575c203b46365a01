// Events as they travel between host and guest, in both directions. A batch is a list of runs: events of one type, source
// and origin, their values in one flat list. See docs/performance.md.
import type { EventOrigin, JsonValue, PluginEvent } from '@plugboard/plugin-sdk'

/** Events that follow each other and share their type, source and origin. */
export interface EventRun {
  readonly type: string
  readonly source: string
  /** Null on the way up: what a guest says of its origin is not believed. */
  readonly origin: EventOrigin | null
  /** Each event has a subject and a traceparent, of which one may be null. */
  readonly more?: boolean
  /** Of each event: id, time since the base, data; where `more`, subject and traceparent as well. */
  readonly values: readonly unknown[]
}

/** What the encoder needs of an event. */
export interface Encodable {
  readonly type: string
  readonly source: string
  readonly origin: EventOrigin | null
  readonly more: boolean
  /** Of {@link encodeValues}. */
  readonly values: string
}

/** The fields of an event that its run does not hold. */
export interface EventValues {
  /** Null on the way up: the host numbers events. */
  readonly id: string | null
  /** Epoch milliseconds. */
  readonly at: number
  readonly data: unknown
  readonly subject: string | undefined
  readonly traceparent: string | undefined
}

/** Times are sent as milliseconds since this moment: small whole numbers are parsed twice as fast. */
export const TIME_BASE = Date.now()

const MAX_CACHED_TEXTS = 4_096
const MAX_CACHED_LENGTH = 64
const quotedTexts = new Map<string, string>()
// Taken before a plugin is imported: it may replace the globals.
const { stringify } = JSON

/** The values of one event as JSON, joined by commas. @throws TypeError where the data is not JSON */
export function encodeValues({ id, at, data, subject, traceparent }: EventValues): string {
  const head = `${id === null ? 'null' : stringify(id)},${at - TIME_BASE},${stringify(data) ?? 'null'}`
  if (subject === undefined && traceparent === undefined) return head
  return `${head},${stringify(subject ?? null)},${stringify(traceparent ?? null)}`
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
    const { type, source, origin, more } = event
    const head = `{"type":${quote(type)},"source":${quote(source)},"origin":${stringify(origin)}`
    text += `${text === '' ? '[' : ']},'}${head}${more ? ',"more":true' : ''},"values":[${event.values}`
  }
  return text === '' ? '[]' : `${text}]}]`
}

/** The events of a batch’s runs, in order. @param timeBase that of the sender, in epoch milliseconds */
export function decodeRuns(runs: readonly EventRun[], timeBase: number): PluginEvent[] {
  const events: PluginEvent[] = []
  for (const { type, source, origin: given, more = false, values } of runs) {
    const origin = Object.freeze(given!)
    const width = widthOf(more)
    for (let start = 0; start + width <= values.length; start += width) {
      const id = values[start] as string
      const at = timeBase + (values[start + 1] as number)
      const data = values[start + 2] as JsonValue
      if (!more) {
        events.push({ id, type, at, source, data, origin })
        continue
      }
      const [subject, traceparent] = [values[start + 3], values[start + 4]] as (string | null)[]
      events.push({
        id,
        type,
        at,
        source,
        data,
        ...(subject != null && { subject }),
        ...(traceparent != null && { traceparent }),
        origin,
      })
    }
  }
  return events
}

/** How many values each event of a run has. */
export function widthOf(more: boolean): number {
  return more ? 5 : 3
}

function isSameRun(one: Encodable, other: Encodable): boolean {
  return (
    one.type === other.type && one.source === other.source && one.origin === other.origin && one.more === other.more
  )
}

/** Types and sources come again and again: each is escaped once. */
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
