import type { LogLine } from '@plugboard/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LiveLogs } from './live-logs.ts'
import { TopicHub } from './topic-hub.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const line = (n: number): LogLine => ({ seq: n, message: `line ${n}` }) as unknown as LogLine
const messages = (lines: readonly LogLine[]): string[] => lines.map(({ message }) => message)

function setUp() {
  const deltas: { readonly lines: readonly LogLine[]; readonly skipped: number }[] = []
  const hub = new TopicHub()
  hub.connect({ hasListeners: () => true, emit: ({ delta }) => void deltas.push(delta as never), resync: () => {} })
  const logs = new LiveLogs(hub)
  return { logs, deltas }
}

test('the lines of a quarter of a second travel together', () => {
  const { logs, deltas } = setUp()
  for (const n of [1, 2, 3]) logs.takeLine(line(n))
  vi.advanceTimersByTime(249)
  expect(deltas).toEqual([])
  vi.advanceTimersByTime(1)
  expect(deltas.map(({ lines }) => messages(lines))).toEqual([['line 1', 'line 2', 'line 3']])
})

test('of a flood the last 50 lines are sent, and the others are counted', () => {
  const { logs, deltas } = setUp()
  for (let n = 1; n <= 180; n += 1) logs.takeLine(line(n))
  vi.advanceTimersByTime(250)
  expect(deltas).toHaveLength(1)
  expect(deltas[0]!.skipped).toBe(130)
  expect(messages(deltas[0]!.lines).at(0)).toBe('line 131')
  expect(messages(deltas[0]!.lines).at(-1)).toBe('line 180')
})

test('a snapshot holds what was just said, and sends it to the others first', () => {
  const { logs, deltas } = setUp()
  logs.takeLine(line(1))
  expect(messages(logs.snapshot().lines)).toEqual(['line 1'])
  expect(deltas).toHaveLength(1)
  vi.advanceTimersByTime(1_000)
  expect(deltas).toHaveLength(1)
})
