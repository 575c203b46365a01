import type { HostEvent } from '@plugboard/core'
import type { cloudEvent } from '@plugboard/protocol/operations'
import type { z } from 'zod'
import { RequestError } from '../errors/wire-problem.ts'

export type CloudEvent = z.output<typeof cloudEvent>

/** Attributes that have a place in an event; `specversion` and those of the data’s encoding need none. */
const CARRIED: ReadonlySet<string> = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'time',
  'subject',
  'traceparent',
  'datacontenttype',
  'data',
  'data_base64',
])

/**
 * A CloudEvent as the event that it is: attribute by attribute.
 * @throws RequestError `EVENT_INVALID` where its data cannot be read
 */
export function toHostEvent(event: CloudEvent): HostEvent {
  const { id, source, type, time, subject, traceparent } = event
  return {
    id,
    source,
    type,
    data: dataOf(event),
    ...(time !== undefined && { at: Date.parse(time) }),
    ...(subject !== undefined && { subject }),
    ...(traceparent !== undefined && { traceparent }),
  }
}

/** The attributes of events that no event of ours has a place for: extensions, and `dataschema`. */
export function ignoredAttributes(events: readonly CloudEvent[]): string[] {
  const names = new Set(events.flatMap((event) => Object.keys(event)))
  return [...names].filter((name) => !CARRIED.has(name)).toSorted((one, other) => (one < other ? -1 : 1))
}

/** Binary data is JSON or text where its type says so; else `{ contentType, base64 }`. */
function dataOf({
  data,
  data_base64: base64,
  datacontenttype: type = 'application/octet-stream',
}: CloudEvent): unknown {
  if (base64 === undefined) return data ?? null
  if (data !== undefined) throw invalid('an event has data or data_base64, not both', 'not')
  const bytes = Buffer.from(base64, 'base64')
  const [essence, ...parameters] = type.split(';').map((part) => part.trim())
  const isJson = /^application\/json$|\+json$/i.test(essence!)
  if (!isJson && !/^text\//i.test(essence!)) return { contentType: type, base64 }
  const text = decode(bytes, charsetOf(parameters))
  if (!isJson) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw invalid(`data_base64 is not JSON, as datacontenttype ${essence} says it is`, 'json')
  }
}

function charsetOf(parameters: readonly string[]): string {
  const charset = parameters.find((parameter) => /^charset=/i.test(parameter))
  return charset?.slice('charset='.length).replaceAll('"', '') ?? 'utf-8'
}

/** @throws RequestError `EVENT_INVALID` where the charset is unknown, or the bytes are none of it */
function decode(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    throw invalid(`data_base64 is not text in the charset ${charset.slice(0, 40)}`, 'charset')
  }
}

function invalid(message: string, rule: string): RequestError {
  return new RequestError('EVENT_INVALID', message, [{ pointer: '/data_base64', rule, message }])
}
