import { isTopicPattern, type PluginEvent } from '@plugboard/plugin-sdk'
import { LAST_MOMENT, MAX_EVENT_DEPTH } from '../guest-protocol/message.ts'
import { isDeeper } from '../util/json-object.ts'

// Taken before the plugin is imported: it may replace the globals.
const { stringify } = JSON

// Plugins are not always type-checked. A wrong argument is an error of the call, thrown where it was made. `argument` names
// both, such as `logger.log: level`.

/** @throws TypeError that names the call, the argument and the value */
export function checkText(argument: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') throw wrong(argument, 'text', value)
}

/** @throws TypeError */
export function checkCount(argument: string, value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw wrong(argument, 'a whole number from 0 on', value)
}

/** @throws TypeError */
export function checkFunction(argument: string, value: unknown): void {
  if (typeof value !== 'function') throw wrong(argument, 'a function', value)
}

/** @throws TypeError */
export function checkPattern(argument: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || !isTopicPattern(value))
    throw wrong(argument, 'one topic pattern, such as vm.* or **', value)
}

/** @throws TypeError */
export function checkOneOf(argument: string, values: readonly string[], value: unknown): void {
  if (!values.includes(value as string)) throw wrong(argument, `one of ${values.join(', ')}`, value)
}

/** @throws TypeError */
export function checkObject(argument: string, value: unknown): asserts value is object {
  if (typeof value !== 'object' || value === null) throw wrong(argument, 'an object', value)
}

/** @throws TypeError where it is no event as `handleEvent` gets one */
export function checkDelivered(argument: string, value: unknown): asserts value is PluginEvent {
  checkObject(argument, value)
  const { id, type, at, source, origin, subject, traceparent, data } = value as Partial<
    Record<keyof PluginEvent, unknown>
  >
  for (const [name, text] of Object.entries({ id, type, source })) checkText(`${argument}.${name}`, text)
  for (const [name, text] of Object.entries({ subject, traceparent })) {
    if (text !== undefined) checkText(`${argument}.${name}`, text)
  }
  if (typeof at !== 'number' || !(Math.abs(at) <= LAST_MOMENT)) throw wrong(`${argument}.at`, 'epoch milliseconds', at)
  checkObject(`${argument}.origin`, origin)
  const { node, plugin } = origin as { readonly node?: unknown; readonly plugin?: unknown }
  checkText(`${argument}.origin.node`, node)
  if (plugin !== undefined) checkText(`${argument}.origin.plugin`, plugin)
  if (isDeeper(data, MAX_EVENT_DEPTH)) {
    throw new TypeError(`${argument}.data must be nested at most ${MAX_EVENT_DEPTH} levels deep`)
  }
}

/**
 * Refuses a value that JSON refuses, would leave out, or turn into null. What it holds inside is written as JSON writes it.
 * @throws TypeError
 */
export function checkJson(argument: string, value: unknown): void {
  if (typeof value === 'object') {
    try {
      stringify(value)
    } catch (cause) {
      throw notJson(argument, cause)
    }
    return
  }
  const isWritten =
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  if (!isWritten) throw wrong(argument, 'JSON', value)
}

/** The error of a value that JSON refused: what JSON itself threw names no call. */
export function notJson(argument: string, cause: unknown): TypeError {
  return new TypeError(`${argument} must be JSON`, { cause })
}

function wrong(argument: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${argument} must be ${expected}, not ${show(value)}`)
}

const MAX_SHOWN = 100

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (value === undefined || typeof value === 'number') return String(value)
  try {
    const json = stringify(value) as string | undefined
    if (json === undefined) return typeof value
    return json.length > MAX_SHOWN ? `${json.slice(0, MAX_SHOWN)}…` : json
  } catch {
    return `a value of type ${typeof value}`
  }
}
