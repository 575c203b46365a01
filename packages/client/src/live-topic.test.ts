import type { DeltaMessage, Overview, Position, Reply, SnapshotMessage, UnchangedMessage } from '@plugboard/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LiveTopic } from './live-topic.ts'

const overview = (names: readonly string[]): Overview => ({
  manager: { at: [], values: {} },
  topics: { at: [], values: {} },
  memory: { at: [], values: {} },
  losses: { at: [], values: {} },
  states: Object.fromEntries(names.map((name) => [name, []])),
})
const delta = (epoch: string, seq: number, removed: string): DeltaMessage => ({
  topic: 'overview',
  epoch,
  seq,
  now: seq,
  delta: { removed: [removed] },
})

function server() {
  const asked: Partial<Position>[] = []
  const replies: Reply<SnapshotMessage | UnchangedMessage>[] = []
  const left: string[] = []
  return {
    asked,
    replies,
    left,
    transport: {
      subscribe: async (_topic: string, position: Partial<Position>) => {
        asked.push(position)
        return replies.shift()!
      },
      unsubscribe: (topic: string) => void left.push(topic),
    },
  }
}
const snapshot = (epoch: string, seq: number, names: readonly string[]): Reply<SnapshotMessage> => ({
  ok: true,
  value: { epoch, seq, now: seq, snapshot: overview(names) },
})
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a snapshot, then deltas in order; a gap asks for a snapshot from where it stands', async () => {
  const { asked, replies, transport } = server()
  const topic = new LiveTopic('overview', transport)
  replies.push(snapshot('e', 5, ['a', 'b', 'c']))
  topic.subscribe(() => {})
  await settle()
  topic.receive(delta('e', 6, 'a'))
  expect(Object.keys(topic.get().state!.states)).toEqual(['b', 'c'])

  replies.push(snapshot('e', 9, ['z']))
  topic.receive(delta('e', 8, 'b'))
  await settle()
  expect(asked).toEqual([{}, { epoch: 'e', seq: 6 }])
  expect(Object.keys(topic.get().state!.states)).toEqual(['z'])
})

test('deltas that overtake the snapshot are merged after it, older ones are not', async () => {
  const { replies, transport } = server()
  const topic = new LiveTopic('overview', transport)
  replies.push(snapshot('e', 5, ['a', 'b']))
  topic.subscribe(() => {})
  topic.receive(delta('e', 5, 'b'))
  topic.receive(delta('e', 6, 'a'))
  await settle()
  expect(Object.keys(topic.get().state!.states)).toEqual(['b'])
})

test('a new epoch, or an unchanged topic after a reconnect', async () => {
  const { asked, replies, transport } = server()
  const topic = new LiveTopic('overview', transport)
  replies.push(snapshot('e', 5, ['a']))
  topic.subscribe(() => {})
  await settle()
  replies.push({ ok: true, value: { epoch: 'e', seq: 5, now: 9, unchanged: true } })
  await topic.resync()
  expect(Object.keys(topic.get().state!.states)).toEqual(['a'])
  replies.push(snapshot('f', 1, ['new']))
  topic.receive(delta('f', 2, 'a'))
  await settle()
  expect(asked.at(-1)).toEqual({ epoch: 'e', seq: 5 })
  expect(Object.keys(topic.get().state!.states)).toEqual(['new'])
})

test('a refusal is shown; nobody watching for 5 s leaves the topic', async () => {
  const { replies, left, transport } = server()
  const topic = new LiveTopic('overview', transport)
  replies.push({ ok: false, error: { code: 'NOT_FOUND', message: 'no', details: null } })
  const leave = topic.subscribe(() => {})
  await settle()
  expect(topic.get()).toMatchObject({ state: null, error: { code: 'NOT_FOUND' } })
  leave()
  leave()
  await vi.advanceTimersByTimeAsync(4_000)
  expect(left).toEqual([])
  await vi.advanceTimersByTimeAsync(2_000)
  expect(left).toEqual(['overview'])
})
