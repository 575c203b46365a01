// What guests send is JSON of unknown shape: these read its parts, or throw an Error whose message names what is wrong.
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
