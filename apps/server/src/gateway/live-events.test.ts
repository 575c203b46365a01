import type { EventBus, EventTap } from '@plugboard/core'
import type { PluginEvent } from '@plugboard/plugin-sdk'
import type { EventTail } from '@plugboard/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LiveEvents } from './live-events.ts'
import { TopicHub } from './topic-hub.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setUp() {
  const taps = new Set<EventTap>()
  const watched = new Set<string>()
  const deltas: { readonly topic: string; readonly delta: EventTail }[] = []
  const hub = new TopicHub()
  hub.connect({
    hasListeners: (topic) => watched.has(topic),
    emit: ({ topic, delta }) => void deltas.push({ topic, delta: delta as EventTail }),
    resync: () => {},
  })
  const bus = {
    tap: (listener: EventTap) => {
      taps.add(listener)
      return () => void taps.delete(listener)
    },
  } as unknown as EventBus
  const publish = (type: string, data: unknown = null): void => {
    const event = { id: '1', type, at: 0, source: 'test', data, origin: { node: 'here' } } as PluginEvent
    for (const tap of taps) tap(event, 7)
  }
  const events = new LiveEvents(bus, hub, (_ids, value) => value)
  const watch = (topic: string): EventTail | undefined => {
    watched.add(topic)
    return events.snapshotOf(topic)
  }
  return { events, taps, watched, deltas, publish, watch }
}

test('each tail gets the events of its pattern, four times a second', () => {
  const { deltas, publish, watch } = setUp()
  expect(watch('events:order.*')).toEqual({ events: [], skipped: 0 })
  watch('events:**')
  publish('order.placed', { total: 3 })
  publish('invoice.sent')
  vi.advanceTimersByTime(250)
  expect(deltas.map(({ topic, delta }) => [topic, delta.events.map((line) => line.topic)])).toEqual([
    ['events:order.*', ['order.placed']],
    ['events:**', ['order.placed', 'invoice.sent']],
  ])
  expect(deltas[0]!.delta.events[0]).toMatchObject({
    data: { total: 3 },
    source: 'test',
    origin: { node: 'here' },
    traceId: 7,
  })
})

test('of a flood 25 events a flush are sent, and the others are counted', () => {
  const { deltas, publish, watch } = setUp()
  watch('events:**')
  for (let n = 0; n < 1_000; n += 1) publish('x', n)
  vi.advanceTimersByTime(250)
  expect(deltas).toHaveLength(1)
  expect(deltas[0]!.delta.events).toHaveLength(25)
  expect(deltas[0]!.delta.skipped).toBe(975)
})

test('the bus is tapped while a tail has subscribers, and 30 s longer', () => {
  const { taps, watched, watch } = setUp()
  expect(taps.size).toBe(0)
  watch('events:**')
  expect(taps.size).toBe(1)
  vi.advanceTimersByTime(60_000)
  expect(taps.size).toBe(1)
  watched.clear()
  vi.advanceTimersByTime(30_000)
  expect(taps.size).toBe(1)
  vi.advanceTimersByTime(250)
  expect(taps.size).toBe(0)
})

test('a topic that is no pattern is refused; a pattern without subscribers makes room for the 65th', () => {
  const { events, watched, watch } = setUp()
  expect(events.snapshotOf('events:a..b')).toBeUndefined()
  for (let n = 0; n < 64; n += 1) watch(`events:t${n}.*`)
  expect(() => watch('events:more.*')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }))
  expect(watch('events:**')).toEqual({ events: [], skipped: 0 })
  watched.delete('events:t7.*')
  expect(watch('events:more.*')).toEqual({ events: [], skipped: 0 })
})
