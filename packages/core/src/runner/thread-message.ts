import type { EventInput, JsonObject, LogLevel } from '@plugboard/plugin-sdk'
import { dataAt, widthOf } from '../guest-protocol/event-codec.ts'
import { PUBLISH_CREDITS, type AskMethod, type HandlerFailure, type ThreadMessage } from '../guest-protocol/message.ts'
import { asObject, count, parseEvent, parseObject, parseThrown, text } from './parse.ts'

const LOG_LEVELS: readonly unknown[] = ['debug', 'info', 'warn', 'error'] satisfies LogLevel[]
const ASK_METHODS: readonly unknown[] = [
  'sendMessage',
  'broadcastMessage',
  'sharedGet',
  'sharedSet',
  'sharedCompareAndSet',
  'sharedDelete',
] satisfies AskMethod[]
const MAX_PATTERNS = 256
/** Of the code of a refusal. */
const MAX_CODE = 32

/**
 * The one parser of what a plugin's thread says. It has the plugin's own code beside it, so nothing is believed.
 * @throws Error whose message names what is wrong
 */
export function parseThreadMessage(payload: string): ThreadMessage {
  const raw = parseObject(payload)
  switch (raw.kind) {
    case 'receipt':
      return parseReceipt(raw)
    case 'traced':
      return parseTraceReport(raw)
    case 'publish':
      return parsePublication(raw)
    case 'reply':
      if (raw.ok === true)
        return { kind: 'reply', id: count(raw.id), ok: true, value: raw.value as JsonObject | undefined }
      return {
        kind: 'reply',
        id: count(raw.id),
        ok: false,
        error: parseThrown(raw.error),
        isImport: raw.isImport === true,
        interrupted: raw.interrupted === 'timeout' || raw.interrupted === 'abort' ? raw.interrupted : null,
      }
    case 'ask': {
      if (!ASK_METHODS.includes(raw.method) || !Array.isArray(raw.arguments)) throw new Error('a malformed ask')
      return { kind: 'ask', id: count(raw.id), method: raw.method as AskMethod, arguments: raw.arguments as unknown[] }
    }
    case 'topics': {
      const { patterns } = raw
      if (!Array.isArray(patterns) || patterns.length > MAX_PATTERNS || !patterns.every((p) => typeof p === 'string')) {
        throw new Error(`more than ${MAX_PATTERNS} subscriptions, or malformed ones`)
      }
      return { kind: 'topics', patterns: patterns }
    }
    case 'health':
      return { kind: 'health', isDegraded: raw.isDegraded === true, message: text(raw.message) }
    case 'dead-letter':
      return { kind: 'dead-letter', event: parseEvent(raw.event), error: parseThrown(raw.error) }
    case 'shared-listen':
      return { kind: 'shared-listen', isListening: raw.isListening === true }
    case 'shared-taken':
      return { kind: 'shared-taken' }
    case 'log': {
      if (!LOG_LEVELS.includes(raw.level)) throw new Error('a malformed log entry')
      const fields = typeof raw.fields === 'object' && raw.fields !== null ? (raw.fields as JsonObject) : undefined
      return { kind: 'log', level: raw.level as LogLevel, message: text(raw.message), fields }
    }
    case 'logs-dropped':
      return { kind: 'logs-dropped', count: count(raw.count) }
    case 'violation':
      throw new Error(`its own channel broke: ${text(raw.reason)}`)
    default:
      throw new Error(`a message of unknown kind ${JSON.stringify(raw.kind)?.slice(0, 64)}`)
  }
}

/** What the events hold is checked by the bus, one by one: a fault of one is told to its publisher. */
function parsePublication(raw: Record<string, unknown>): ThreadMessage {
  if (!Array.isArray(raw.runs)) throw new Error('a publication without runs')
  const events: EventInput[] = []
  for (const run of raw.runs as unknown[]) {
    const { type, source, keys: given, more, values } = asObject(run)
    const keys = given === null ? null : parseKeys(given)
    const width = widthOf(keys, more === true)
    if (typeof type !== 'string' || typeof source !== 'string') throw new Error('a run without type and source')
    if (!Array.isArray(values) || values.length % width !== 0) throw new Error('a run with malformed values')
    for (let start = 0; start < values.length; start += width) {
      events.push({
        type,
        source,
        data: dataAt({ keys, values }, start + 2),
        ...(more === true && {
          ...optional('subject', values[start + width - 2]),
          ...optional('traceparent', values[start + width - 1]),
        }),
      })
    }
  }
  if (events.length > PUBLISH_CREDITS) throw new Error('a publication beyond its credits')
  const hops = parseCounts(raw.hops, events.length)
  const causes = parseCounts(raw.causes, events.length)
  return { kind: 'publish', hops, causes, events, refused: count(raw.refused) }
}

function parseKeys(keys: unknown): string[] {
  if (Array.isArray(keys) && keys.every((key) => typeof key === 'string' && key !== '__proto__'))
    return keys as string[]
  throw new Error('a run with malformed keys')
}

function optional(field: 'subject' | 'traceparent', value: unknown): Partial<EventInput> {
  return value === null ? {} : { [field]: text(value) }
}

/** One for each event; null: 0 for all. */
function parseCounts(counts: unknown, events: number): number[] | null {
  if (counts === null) return null
  if (Array.isArray(counts) && counts.length === events) return counts.map(count)
  throw new Error('a publication with malformed hops or causes')
}

function parseTraceReport({ key, step }: Record<string, unknown>): ThreadMessage {
  const { beganAt, tookMs, refused } = asObject(step)
  if (Number.isFinite(beganAt)) return { kind: 'traced', key: count(key), step: { beganAt: beganAt as number } }
  if (Number.isFinite(tookMs)) return { kind: 'traced', key: count(key), step: { tookMs: tookMs as number } }
  if (refused !== undefined) {
    const { type, code, message } = asObject(refused)
    const texts = { type: text(type), code: text(code).slice(0, MAX_CODE), message: text(message) }
    return { kind: 'traced', key: count(key), step: { refused: texts } }
  }
  throw new Error('a malformed report of a followed event')
}

function parseReceipt(raw: Record<string, unknown>): ThreadMessage {
  const handled = count(raw.handled)
  if (handled === 0) throw new Error('a receipt for nothing')
  if (!Array.isArray(raw.failures) || !Array.isArray(raw.latency)) throw new Error('a malformed receipt')
  if (raw.limitReached === true && raw.failures.length === 0) throw new Error('an error limit without an error')
  let last = -1
  const failures = raw.failures.map((item: unknown): HandlerFailure => {
    const { index, error } = asObject(item)
    if (count(index) <= last || count(index) >= handled) throw new Error('a receipt with failures out of order')
    last = count(index)
    return { index: last, error: parseThrown(error) }
  })
  return {
    kind: 'receipt',
    handled,
    failures,
    latency: raw.latency.map(count),
    busyUs: count(raw.busyUs),
    limitReached: raw.limitReached === true,
  }
}
