import type { PluginEvent } from '@plugboard/plugin-sdk'
import { expect, test } from 'vitest'
import { machineTime } from '../guest-protocol/machine-time.ts'
import { TraceBook } from './trace-book.ts'

const event = (id: string, plugin?: string): PluginEvent => ({
  id,
  type: 'x',
  at: 0,
  source: 'test',
  data: null,
  origin: { node: 'here', ...(plugin !== undefined && { plugin }) },
})
const bookOf = () => new TraceBook((_ids, value) => value)
const PLAIN = { bytes: 100, receivers: 1, cause: 0, isDue: true }
const KIND = { kind: 'traced' } as const

test('[EV11.c] what a plugin says counts for events that it was sent, and no time is longer than what has passed', () => {
  const book = bookOf()
  const before = machineTime()
  const traced = book.follow(event('a'), PLAIN)!
  traced.expect('one')
  const { key } = traced

  book.report('two', '1.0.0', { ...KIND, key, step: { beganAt: before } })
  book.report('one', '1.0.0', { ...KIND, key: key + 1, step: { beganAt: before } })
  expect(book.get(1)!.parts[0]!.deliveries).toMatchObject([{ plugin: 'one', state: 'waiting', version: null }])

  for (const cause of [key, key + 7]) book.refuse(cause, { plugin: 'two', type: 'y', code: 'X', message: 'm' })
  expect(book.get(1)!.parts[0]!.refusals).toEqual([])
  expect(book.follow(event('b', 'two'), { ...PLAIN, cause: key, isDue: false })).toBeNull()
  expect(book.follow(event('c'), { ...PLAIN, cause: key, isDue: false })).toBeNull()
  expect(book.follow(event('d', 'one'), { ...PLAIN, cause: key, isDue: false })?.trace.id).toBe(1)

  book.report('one', '1.0.0', { ...KIND, key, step: { beganAt: Number.MAX_VALUE } })
  book.report('one', '1.0.0', { ...KIND, key, step: { tookMs: Number.MAX_VALUE } })
  const [delivery] = book.get(1)!.parts[0]!.deliveries
  expect(delivery!.waitedMs! + delivery!.tookMs!).toBeLessThanOrEqual(machineTime() - before)
  book.report('one', '1.0.0', { ...KIND, key, step: { tookMs: -1 } })
  expect(book.get(1)!.parts[0]!.deliveries[0]!.tookMs).toBe(0)

  traced.settle('one', 'handled')
  book.report('one', '2.0.0', { ...KIND, key, step: { beganAt: before } })
  expect(book.get(1)!.parts[0]!.deliveries).toMatchObject([{ state: 'handled', version: '1.0.0' }])
})

test('[EV11.d] the oldest traces give way, by size; a full one counts what it leaves out', () => {
  const book = bookOf()
  book.arm('**', 100)
  const { key } = book.follow(event('root'), PLAIN)!
  const large = { ...PLAIN, bytes: 4_096, isDue: false }
  for (let time = 0; time < 80; time += 1) {
    const root = book.follow(event('root'), large)!
    root.expect('one')
    for (let n = 0; n < 80; n += 1) book.follow(event(`${n}`, 'one'), { ...large, cause: root.key })
  }
  const held = book.list({ limit: 100 })
  expect(held.map(({ id }) => id)).toEqual(Array.from({ length: 64 }, (_, n) => 81 - n))
  // 256 KiB of events of 4 KiB and what they take besides.
  expect(held[0]).toMatchObject({ events: 56, leftOut: 25 })
  // What is gone is no cause any more.
  expect(book.follow(event('late', 'one'), { ...large, cause: key })?.trace.id).not.toBe(1)
})

test('[EV11.b] [EV11.d] samples have a bound over all types; a thousand traces are held', () => {
  const book = bookOf()
  const began = performance.now()
  let followed = 0
  for (let n = 0; n < 5_000; n += 1) if (book.follow(event(`${n}`), PLAIN)) followed += 1
  const seconds = (performance.now() - began) / 1_000
  expect(followed).toBeGreaterThanOrEqual(100)
  expect(followed).toBeLessThanOrEqual(100 + 50 * seconds + 1)
  expect(book.follow(event('many'), { ...PLAIN, receivers: 1_000 })).toBeNull()

  for (let time = 0; time < 12; time += 1) {
    book.arm('x', 100)
    for (let n = 0; n < 100; n += 1) book.follow(event('more'), { ...PLAIN, receivers: 1_000, isDue: false })
  }
  expect(book.list({ limit: 5_000 })).toHaveLength(1_000)
})

test('[EV11.b] patterns are refused where they are none, too many, or for too many events', () => {
  const book = bookOf()
  expect(() => book.arm('a..b', 1)).toThrow(TypeError)
  for (const events of [0, 101, 1.5]) expect(() => book.arm('a', events)).toThrow('1 to 100')
  for (let n = 0; n < 16; n += 1) book.arm(`a${n}`, 1)
  expect(() => book.arm('one.more', 1)).toThrow('16 patterns')
  expect(book.arm('a3', 5)).toMatchObject({ remaining: 5 })
  expect(book.armings()).toHaveLength(16)
  expect(book.disarm('a3')).toBe(true)
  expect(book.disarm('a3')).toBe(false)
  expect(book.armings()).toHaveLength(15)
})
