// What guests send is JSON of unknown shape: these read its parts, or throw an Error whose message names what is wrong.
import type { JsonValue, PluginEvent } from '@plugboard/plugin-sdk'
import { isDeeper } from '../util/json-object.ts'
import { LAST_MOMENT, MAX_EVENT_DEPTH } from '../guest-protocol/message.ts'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'

const MAX_TEXT = 16_384

export function parseThrown(raw: unknown): ThrownInfo {
  const { name, message, stack, code } = asObject(raw)
  return {
    name: text(name),
    message: text(message),
    stack: stack === null ? null : text(stack),
    code: code === null ? null : text(code),
  }
}

const MAX_EVENT_CHARACTERS = 1_048_576

/** An event as a guest gives it back. */
export function parseEvent(raw: unknown): PluginEvent {
  const { id, type, at, source, origin, data = null, subject, traceparent } = asObject(raw)
  const { node, plugin } = asObject(origin)
  if (typeof at !== 'number' || !(Math.abs(at) <= LAST_MOMENT)) throw new Error('an event without a time')
  if (isDeeper(data, MAX_EVENT_DEPTH)) throw new Error('an event that is nested too deep')
  const event: PluginEvent = {
    id: text(id),
    type: text(type),
    at,
    source: text(source),
    origin: { node: text(node), ...(plugin !== undefined && { plugin: text(plugin) }) },
    data: data as JsonValue,
    ...(subject !== undefined && { subject: text(subject) }),
    ...(traceparent !== undefined && { traceparent: text(traceparent) }),
  }
  if (JSON.stringify(event).length > MAX_EVENT_CHARACTERS) throw new Error('an event that is too large')
  return event
}

export function parseObject(payload: string): Record<string, unknown> {
  let raw: unknown
  try {
    raw = JSON.parse(payload)
  } catch {
    throw new Error('a message that is not JSON')
  }
  return asObject(raw)
}

export function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  throw new Error('a malformed message')
}

export function count(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw new Error('a message with a malformed number')
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, MAX_TEXT)
  throw new Error('a message with malformed text')
}
