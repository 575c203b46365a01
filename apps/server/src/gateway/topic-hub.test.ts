import type { DeltaMessage } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { TopicHub } from './topic-hub.ts'

function setUp({ listens = true } = {}) {
  const sent: DeltaMessage[] = []
  const resynced: string[] = []
  const hub = new TopicHub()
  hub.connect({
    hasListeners: () => listens,
    emit: (message) => void sent.push(message),
    resync: (topic) => void resynced.push(topic),
  })
  const snapshotOf = (topic: string, position = {}) => hub.answer(topic, position, () => 'state')
  return { hub, sent, resynced, snapshotOf }
}

test('the deltas of a topic are numbered without a gap, from the snapshot on', () => {
  const { hub, sent, snapshotOf } = setUp()
  const { seq } = snapshotOf('a')
  for (const delta of [1, 2, 3]) hub.publish('a', delta)
  hub.publish('b', 1)
  expect(sent.map((one) => [one.topic, one.delta])).toEqual([
    ['a', 1],
    ['a', 2],
    ['a', 3],
    ['b', 1],
  ])
  expect(sent.filter(({ topic }) => topic === 'a').map((one) => one.seq - seq)).toEqual([1, 2, 3])
})

test('a client that is up to date gets no snapshot; one that missed a change, or knew another server, does', () => {
  const { hub, snapshotOf } = setUp({ listens: false })
  const { epoch, seq } = snapshotOf('a')
  expect(snapshotOf('a', { epoch, seq })).toMatchObject({ unchanged: true, seq })
  expect(snapshotOf('a', { epoch: 'another', seq })).toMatchObject({ snapshot: 'state' })
  hub.publish('a', 1)
  expect(snapshotOf('a', { epoch, seq })).toMatchObject({ snapshot: 'state', seq: seq + 1 })
  hub.skip('a')
  expect(snapshotOf('a', { epoch, seq: seq + 1 })).toMatchObject({ snapshot: 'state', seq: seq + 2 })
})

test('without subscribers a change is counted and not sent', () => {
  const { hub, sent, snapshotOf } = setUp({ listens: false })
  const { seq } = snapshotOf('a')
  hub.publish('a', 1)
  expect(sent).toEqual([])
  expect(snapshotOf('a').seq).toBe(seq + 1)
})

test('a topic that starts again tells its subscribers to ask for a snapshot', () => {
  const { hub, resynced, snapshotOf } = setUp()
  const { epoch, seq } = snapshotOf('a')
  hub.restart('a')
  expect(resynced).toEqual(['a'])
  expect(snapshotOf('a', { epoch, seq })).toMatchObject({ snapshot: 'state' })
})

test('a topic that was forgotten never gives a former number again', () => {
  const { hub, snapshotOf } = setUp()
  for (let n = 0; n < 5; n += 1) hub.publish('a', n)
  const { epoch, seq } = snapshotOf('a')
  hub.forget('a')
  expect(snapshotOf('a', { epoch, seq })).toMatchObject({ snapshot: 'state', seq: seq + 1 })
  expect(snapshotOf('b').seq).toBeGreaterThan(seq)
})
