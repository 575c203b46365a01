import type { Heartbeat, GuardianMessage, HeapUsage, StallEvidence } from '../guest-protocol/message.ts'
import { asObject, count, parseObject, parseThrown, text } from './parse.ts'

const MAX_STACKS = 16
const MAX_FRAMES = 64

/**
 * The one parser of what a guardian says. It is our own code, but it lives in a process with the plugin's.
 * @throws Error whose message names what is wrong
 */
export function parseGuardianMessage(payload: string): GuardianMessage {
  const raw = parseObject(payload)
  switch (raw.kind) {
    case 'heartbeat':
      return parseHeartbeat(raw)
    case 'evidence':
      return parseEvidence(raw)
    case 'chunk':
      if (typeof raw.text !== 'string') break
      return { kind: 'chunk', id: count(raw.id), text: raw.text }
    case 'chunks-end':
      return { kind: 'chunks-end', id: count(raw.id), error: raw.error === null ? null : text(raw.error) }
    case 'ended': {
      if (typeof raw.exitCode !== 'number') break
      const error = raw.error === null ? null : parseThrown(raw.error)
      const [begun, finished] = [count(raw.begun), count(raw.finished)]
      return {
        kind: 'ended',
        exitCode: raw.exitCode,
        error,
        begun,
        finished,
        cutOutputBytes: count(raw.cutOutputBytes),
      }
    }
  }
  throw new Error('a malformed message of the guardian')
}

function parseHeartbeat({ silentMs, utilization, heap }: Record<string, unknown>): Heartbeat {
  if (typeof utilization !== 'number' || !(utilization >= 0))
    throw new Error('a heartbeat with a malformed utilization')
  return {
    kind: 'heartbeat',
    silentMs: count(silentMs),
    utilization: Math.min(1, utilization),
    heap: heap === null ? null : parseHeap(asObject(heap)),
  }
}

function parseHeap({ usedBytes, totalBytes, externalBytes }: Record<string, unknown>): HeapUsage {
  return { usedBytes: count(usedBytes), totalBytes: count(totalBytes), externalBytes: count(externalBytes) }
}

function parseEvidence({ native, profile, stacks }: Record<string, unknown>): StallEvidence {
  if (profile !== null && typeof profile !== 'string') throw new Error('evidence with a malformed profile')
  if (!Array.isArray(stacks) || stacks.length > MAX_STACKS) throw new Error('evidence with malformed stacks')
  return { kind: 'evidence', native: native === true, profile, stacks: stacks.map(parseStack) }
}

function parseStack(stack: unknown): string[] {
  if (!Array.isArray(stack) || stack.length > MAX_FRAMES) throw new Error('evidence with a malformed stack')
  return stack.map(text)
}
