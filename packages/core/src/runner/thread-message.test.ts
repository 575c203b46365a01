import { expect, test } from 'vitest'
import { parseGuardianMessage } from './guardian-message.ts'
import { parseThreadMessage } from './thread-message.ts'

const thrown = { name: 'Error', message: 'x', stack: null, code: null }
const receipt = { kind: 'receipt', handled: 3, failures: [], latency: [], busyUs: 1, limitReached: false }

test.each([
  ['no JSON', 'x'],
  ['a number', '1'],
  ['null', 'null'],
  ['an unknown kind', '{"kind":"x"}'],
  ['no kind', '{}'],
  ['a receipt for nothing', { ...receipt, handled: 0 }],
  ['a negative count', { ...receipt, handled: -1 }],
  ['a fraction', { ...receipt, handled: 1.5 }],
  ['a count beyond what is safe', { ...receipt, handled: 2 ** 60 }],
  ['failures that are no list', { ...receipt, failures: {} }],
  ['a failure beyond the handled', { ...receipt, failures: [{ index: 3, error: thrown }] }],
  [
    'failures out of order',
    {
      ...receipt,
      failures: [
        { index: 1, error: thrown },
        { index: 1, error: thrown },
      ],
    },
  ],
  ['an error that is none', { ...receipt, failures: [{ index: 0, error: { name: 1 } }] }],
  ['a limit without an error', { ...receipt, limitReached: true }],
  ['a latency that is no count', { ...receipt, latency: ['x'] }],
  ['a reply to nothing', { kind: 'reply', ok: true }],
  ['a failed reply without an error', { kind: 'reply', id: 1, ok: false }],
  ['an unknown method', { kind: 'ask', id: 1, method: 'exec', arguments: [] }],
  ['arguments that are no list', { kind: 'ask', id: 1, method: 'publish', arguments: {} }],
  ['too many topics', { kind: 'topics', patterns: Array.from({ length: 257 }, () => 'x') }],
  ['topics that are no text', { kind: 'topics', patterns: [1] }],
  ['an unknown log level', { kind: 'log', level: 'fatal', message: 'x' }],
  ['a log entry without words', { kind: 'log', level: 'info' }],
])('a thread that sends %s is not believed', (_what, message) => {
  expect(() => parseThreadMessage(typeof message === 'string' ? message : JSON.stringify(message))).toThrow(Error)
})

test.each([
  ['an unknown kind', { kind: 'receipt' }],
  ['a heartbeat without a number', { kind: 'heartbeat', silentMs: 'x', utilization: 0, heap: null }],
  ['a negative utilization', { kind: 'heartbeat', silentMs: 0, utilization: -1, heap: null }],
  ['half a heap', { kind: 'heartbeat', silentMs: 0, utilization: 0, heap: { usedBytes: 1 } }],
  ['an end without a code', { kind: 'ended', begun: 0, finished: 0, error: null }],
  [
    'evidence with too many stacks',
    { kind: 'evidence', native: false, profile: null, stacks: Array.from({ length: 99 }, () => []) },
  ],
  ['evidence with a profile that is no text', { kind: 'evidence', native: false, profile: {}, stacks: [] }],
  ['a chunk that is no text', { kind: 'chunk', id: 1, text: 1 }],
])('a guardian that sends %s is not believed', (_what, message) => {
  expect(() => parseGuardianMessage(JSON.stringify(message))).toThrow(Error)
})
