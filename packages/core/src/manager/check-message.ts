import type { PluginMessage } from '@plugboard/plugin-sdk'
import { copyJson } from '../util/json-object.ts'
import { PluginError } from '../errors/plugin-error.ts'

const MAX_MESSAGE_BYTES = 256 * 1_024

/** @returns its size as JSON, in bytes @throws PluginError `MESSAGE_INVALID`, `TOO_LARGE` */
export function checkMessage(message: PluginMessage): number {
  if (typeof message.type !== 'string' || message.type === '') {
    throw new PluginError('MESSAGE_INVALID', 'a message must have a type', null)
  }
  const copy = copyJson(message)
  if (!copy) throw new PluginError('MESSAGE_INVALID', 'a message must be JSON', null)
  if (copy.bytes <= MAX_MESSAGE_BYTES) return copy.bytes
  const text = `a message of ${copy.bytes} bytes; the limit is ${MAX_MESSAGE_BYTES}`
  throw new PluginError('TOO_LARGE', text, { bytes: copy.bytes, limit: MAX_MESSAGE_BYTES })
}
