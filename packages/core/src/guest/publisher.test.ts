import type { EventInput } from '@plugboard/plugin-sdk'
import { expect, test } from 'vitest'
import { parseThreadMessage } from '../runner/thread-message.ts'
import { Publisher } from './publisher.ts'

const AT_FIRST = { hops: 0, cause: 0 }

/** A publisher whose batches are parsed as the host does it, and answered at once. */
function setUp() {
  const published: EventInput[] = []
  const counts = { refused: 0 }
  const told: string[] = []
  const publisher: Publisher = new Publisher({
    idPrefix: 'p.',
    source: 'one',
    onRefused: (cause, { type, code }) => void told.push(`${cause} ${type} ${code}`),
    send: (text) => {
      expect(Buffer.byteLength(text)).toBeLessThan(1_024 * 1_024)
      const message = parseThreadMessage(text)
      if (message.kind !== 'publish') throw new Error('not a publication')
      published.push(...message.events)
      counts.refused += message.refused
      queueMicrotask(() => publisher.settle({ kind: 'published', count: message.events.length, refused: [] }))
    },
  })
  return { publisher, published, counts, told }
}

test('publications arrive in their order, each with the next number', async () => {
  const { publisher, published } = setUp()
  const ids = await Promise.all(
    Array.from({ length: 5_000 }, (_, n) => publisher.publish({ type: 'x', data: { n } }, AT_FIRST)),
  )
  expect(published.map(({ data }) => data)).toEqual(Array.from({ length: 5_000 }, (_, n) => ({ n })))
  expect(ids).toEqual(Array.from({ length: 5_000 }, (_, n) => `p.${n.toString(36)}`))
})

test('a publication that cannot be sent is refused, takes no number and holds nothing up', async () => {
  const { publisher, published, counts } = setUp()
  const bad: [event: unknown, code: string][] = [
    [{ type: 'x'.repeat(2e6) }, 'TOO_LARGE'],
    [{ type: 'x', source: 's'.repeat(2e6) }, 'TOO_LARGE'],
    [{ type: 'x', data: { ['k'.repeat(2e6)]: 1 } }, 'TOO_LARGE'],
    [{ type: 'x', data: 'd'.repeat(2e6) }, 'TOO_LARGE'],
    [{ type: 42 }, 'EVENT_INVALID'],
    [{ type: Object.create(null) as object }, 'EVENT_INVALID'],
    [{ type: 'x', subject: 42 }, 'EVENT_INVALID'],
    [{ type: 'x', traceparent: () => {} }, 'EVENT_INVALID'],
  ]
  const refused = bad.map(([event]) => publisher.publish(event as EventInput, AT_FIRST))
  const taken = publisher.publish({ type: 'after', data: JSON.parse('{ "__proto__": 1 }') }, AT_FIRST)
  for (const [index, [, code]] of bad.entries()) await expect(refused[index]).rejects.toMatchObject({ code })
  expect(await taken).toBe('p.0')
  expect(published.map(({ type }) => type)).toEqual(['after'])
  expect(counts.refused).toBe(bad.length)
})

test('[EV11.a] what is refused here while a followed event is handled is told, with its cause, and not without end', async () => {
  const { publisher, told } = setUp()
  const bad = (cause: number) => publisher.publish({ type: 'x', data: 5n }, { hops: 1, cause })
  await expect(bad(0)).rejects.toThrow(TypeError)
  for (let n = 0; n < 50; n += 1) await expect(bad(7)).rejects.toThrow(TypeError)
  await expect(bad(8)).rejects.toThrow(TypeError)
  expect(told).toEqual([...Array.from({ length: 20 }, () => '7 x EVENT_INVALID'), '8 x EVENT_INVALID'])
})

test('publications carry their hops and their causes, in every batch', async () => {
  const messages: unknown[] = []
  const publisher: Publisher = new Publisher({
    idPrefix: 'p.',
    source: 'one',
    onRefused: () => {},
    send: (text) => void messages.push(parseThreadMessage(text)),
  })
  for (let n = 0; n < 300; n += 1) void publisher.publish({ type: 'x' }, { hops: n % 2, cause: n === 299 ? 9 : 0 })
  await expect.poll(() => messages.length).toBe(2)
  expect(messages[0]).toMatchObject({ causes: null })
  const second = messages[1] as { hops: number[]; causes: number[] }
  expect(second.hops.slice(-3)).toEqual([1, 0, 1])
  expect(second.causes.filter((cause) => cause !== 0)).toEqual([9])
  expect(second.causes.at(-1)).toBe(9)
})

test('settled waits for the publications so far, not for those that follow', async () => {
  const batches: number[] = []
  const publisher: Publisher = new Publisher({
    idPrefix: 'p.',
    source: 'one',
    onRefused: () => {},
    send: (text) => {
      const message = parseThreadMessage(text)
      if (message.kind === 'publish') batches.push(message.events.length)
    },
  })
  const answer = () => publisher.settle({ kind: 'published', count: batches.shift()!, refused: [] })
  void publisher.publish({ type: 'x' }, AT_FIRST)
  await expect.poll(() => batches).toEqual([1])
  let isSettled = false
  const settled = publisher.settled().then(() => (isSettled = true))
  void publisher.publish({ type: 'y' }, AT_FIRST)
  await expect.poll(() => batches).toEqual([1, 1])
  expect(isSettled).toBe(false)
  answer()
  await settled
  expect(batches).toEqual([1])
})

test('the host learns of refused publications also if no other follows', async () => {
  const { publisher, published, counts } = setUp()
  await expect(publisher.publish({ type: 42 } as never, AT_FIRST)).rejects.toMatchObject({ code: 'EVENT_INVALID' })
  await expect.poll(() => counts.refused).toBe(1)
  expect(published).toEqual([])
})

test('events of many shapes with long names travel in batches that fit a frame', async () => {
  const { publisher, published } = setUp()
  const wide = (n: number): object =>
    Object.fromEntries(Array.from({ length: 30 }, (_, k) => [`${n}-${k}-${'n'.repeat(900)}`, k]))
  await Promise.all(Array.from({ length: 300 }, (_, n) => publisher.publish({ type: 'x', data: wide(n) }, AT_FIRST)))
  expect(published).toHaveLength(300)
})
