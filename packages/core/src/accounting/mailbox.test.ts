import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AcceptedEvent } from '../events/accepted-event.ts'
import { encodeRuns } from '../guest-protocol/event-codec.ts'
import { Broadcast } from '../events/broadcast.ts'
import { ByteBudget } from './byte-budget.ts'
import { Mailbox, type OverflowPolicy } from './mailbox.ts'
import { Window } from './window.ts'
import { times } from '../../test/soak.ts'

const ERROR = { name: 'Error', message: 'no', stack: null, code: null }
const event = (n: number, broadcast: Broadcast | null = null): AcceptedEvent =>
  new AcceptedEvent(
    { type: 'x', source: 'test', data: n, bytes: (n % 7) * 100 },
    { origin: { node: 'here' }, hops: 0, broadcast, cause: 0 },
    { id: String(n), at: 0, endsBlock: false },
  )
/** What the largest of these events holds. */
const LARGEST_BYTES = 1_000
const mailboxOf = (capacity: number): Mailbox =>
  new Mailbox('one', { capacity, capacityBytes: Infinity, overflow: 'drop-oldest' }, new ByteBudget(Infinity, () => []))
const receipt = (handled: number, failed: readonly number[] = []) =>
  ({
    kind: 'receipt',
    handled,
    failures: failed.map((index) => ({ index, error: ERROR })),
    latency: [],
    busyUs: handled,
    limitReached: false,
  }) as const

const windowTo = (sendBatch: (events: readonly AcceptedEvent[]) => void): Window =>
  new Window({ encodes: true, sendBatch })

/** What may happen to the window of one of two instances of a plugin, or to the mailbox that they share. */
type Step =
  | { readonly do: 'accept'; readonly count: number }
  | { readonly do: 'receipt'; readonly of: 0 | 1; readonly share: number; readonly fail: boolean }
  | { readonly do: 'open' | 'takeBack' | 'die'; readonly of: 0 | 1 }
  | { readonly do: 'close' | 'discard' }
  | { readonly do: 'dieKnown'; readonly of: 0 | 1; readonly finished: number; readonly inHand: boolean }

const of = fc.constantFrom(0 as const, 1 as const)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('accept' as const), count: fc.nat(600) }),
  fc.record({
    do: fc.constant('receipt' as const),
    of,
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    fail: fc.boolean(),
  }),
  fc.record({ do: fc.constantFrom('open' as const, 'takeBack' as const, 'die' as const), of }),
  fc.record({ do: fc.constantFrom('close' as const, 'discard' as const) }),
  fc.record({ do: fc.constant('dieKnown' as const), of, finished: fc.nat(50), inHand: fc.boolean() }),
)

test('[EV8.d] whatever happens to two instances of a plugin, each accepted event is in exactly one place and meets one fate', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.constantFrom<OverflowPolicy>('drop-oldest', 'drop-newest'),
      async (steps, overflow) => {
        const budget: ByteBudget = new ByteBudget(100_000, () => [mailbox])
        const mailbox = new Mailbox('one', { capacity: 500, capacityBytes: 150_000, overflow }, budget)
        const windows = [windowTo(() => {}), windowTo(() => {})] as const
        const outcomes: Promise<{ delivered: number; failed: number; dropped: number }>[] = []
        for (const now of steps) {
          const window = windows['of' in now ? now.of : 0]
          if (now.do === 'accept') {
            for (let n = 0; n < now.count; n += 1) {
              const broadcast = new Broadcast()
              outcomes.push(broadcast.outcome)
              mailbox.accept(event(outcomes.length, broadcast))
              broadcast.seal()
            }
          } else if (now.do === 'receipt') {
            const handled = Math.floor(now.share * window.size)
            if (handled === 0) continue
            const failed = mailbox.settle(window, receipt(handled, now.fail ? [handled - 1] : []))
            expect(failed).toHaveLength(now.fail ? 1 : 0)
          } else if (now.do === 'open') mailbox.open(window)
          else if (now.do === 'close') mailbox.close()
          else if (now.do === 'takeBack') mailbox.takeBack(window)
          else if (now.do === 'discard') mailbox.discard()
          else if (now.do === 'die') mailbox.settleDeath(window, null, ERROR)
          else if (now.do === 'dieKnown') {
            const finished = window.covered + now.finished
            mailbox.settleDeath(window, { finished, begun: finished + (now.inHand ? 1 : 0) }, ERROR)
          }
          const { accepted, processed, queued, inFlight, dropped, discarded, inDoubt } = mailbox.counts
          expect(accepted).toBe(processed + queued + inFlight + dropped + discarded + inDoubt)
          expect(inFlight).toBe(windows[0].size + windows[1].size)
          expect(mailbox.heldBytes).toBe(budget.held)
          expect(budget.held).toBeLessThanOrEqual(Math.max(budget.limit, LARGEST_BYTES))
        }
        mailbox.close()
        for (const window of windows) mailbox.settleDeath(window, null, ERROR)
        mailbox.discard()
        expect([mailbox.heldBytes, budget.held]).toEqual([0, 0])
        for (const outcome of await Promise.all(outcomes))
          expect(outcome.delivered + outcome.failed + outcome.dropped).toBe(1)
      },
    ),
    { numRuns: times(200, 20_000) },
  )
}, 600_000)

test('[EV7.a] with the guardian’s count, what had not begun goes back in order', () => {
  const mailbox = mailboxOf(100)
  const sent: number[] = []
  const send = (events: readonly AcceptedEvent[]): void =>
    void sent.push(...events.map(({ event: { id } }) => Number(id)))
  for (let n = 0; n < 10; n += 1) mailbox.accept(event(n))
  const window = windowTo(send)
  mailbox.open(window)
  mailbox.settle(window, receipt(2))
  mailbox.close()
  const { finished, inHand } = mailbox.settleDeath(window, { finished: 5, begun: 6 }, ERROR)
  expect([finished, inHand?.event.id]).toEqual([3, '5'])
  sent.length = 0
  mailbox.open(windowTo(send))
  expect(sent).toEqual([6, 7, 8, 9])
})

test('[EV7.c] a guardian’s count that does not fit what was sent is not used: all events in flight are in doubt', () => {
  for (const progress of [
    { finished: 99, begun: 99 },
    { finished: 1, begun: 2 },
    { finished: 5, begun: 7 },
    { finished: 6, begun: 5 },
    { finished: 10, begun: 11 },
  ]) {
    const mailbox = mailboxOf(100)
    for (let n = 0; n < 10; n += 1) mailbox.accept(event(n))
    const window = windowTo(() => {})
    mailbox.open(window)
    mailbox.settle(window, receipt(2))
    mailbox.close()
    expect(mailbox.settleDeath(window, progress, ERROR)).toMatchObject({ finished: 0, inHand: null })
    expect(mailbox.counts).toMatchObject({ processed: 2, inFlight: 0, inDoubt: 8 })
  }
})

test('a receipt for more than is in flight is not believed', () => {
  const mailbox = mailboxOf(100)
  mailbox.accept(event(1))
  const window = windowTo(() => {})
  mailbox.open(window)
  expect(mailbox.settle(window, receipt(2))).toBeNull()
})

test('batches hold about 20 ms of the plugin’s measured handler time', () => {
  const mailbox = mailboxOf(10_000)
  const sizes: number[] = []
  for (let n = 0; n < 2_000; n += 1) mailbox.accept(event(n))
  const window = windowTo((events) => void sizes.push(events.length))
  mailbox.open(window)
  expect(sizes).toEqual([32, 32, 32, 32])
  mailbox.settle(window, { ...receipt(32), busyUs: 32 * 5_000 })
  expect(sizes.at(-1)).toBe(4)
})

test('a switch to another instance loses nothing and keeps the order', () => {
  const mailbox = mailboxOf(1_000)
  const sent: [string, number][] = []
  const windowOf = (name: string): Window =>
    windowTo((events) => void sent.push(...events.map(({ id }) => [name, Number(id)] as [string, number])))
  const [old, next] = [windowOf('old'), windowOf('next')]
  for (let n = 0; n < 200; n += 1) mailbox.accept(event(n))
  mailbox.open(old)
  mailbox.settle(old, receipt(10))
  mailbox.close()
  mailbox.takeBack(old)
  mailbox.open(next)
  while (next.size > 0) mailbox.settle(next, receipt(next.size))
  expect(old.size).toBe(0)
  const handled = [...sent.slice(0, 10), ...sent.filter(([name]) => name === 'next')].map(([, id]) => id)
  expect(handled).toEqual(Array.from({ length: 200 }, (_, n) => n))
  expect(mailbox.counts).toMatchObject({ accepted: 200, processed: 200, queued: 0, inFlight: 0 })
})

test('batches of events of many shapes fit a frame, the names of their fields included', () => {
  const sent: (readonly AcceptedEvent[])[] = []
  const window = windowTo((events) => void sent.push(events))
  const mailbox = mailboxOf(1_000)
  mailbox.open(window)
  const accept = (n: number): void => {
    const data = Object.fromEntries(Array.from({ length: 32 }, (_, k) => [`${n}-${k}-${'n'.repeat(1_000)}`, k]))
    mailbox.accept(
      new AcceptedEvent(
        { type: 'x', source: 'test', data, bytes: 40_000 },
        { origin: { node: 'here' }, hops: 0, broadcast: null, cause: 0 },
        { id: String(n), at: 0, endsBlock: false },
      ),
    )
  }
  for (let n = 0; n < 300; n += 1) accept(n)
  while (mailbox.counts.inFlight > 0) mailbox.settle(window, receipt(window.size))
  expect(sent.flat()).toHaveLength(300)
  for (const batch of sent) expect(Buffer.byteLength(encodeRuns(batch))).toBeLessThan(1_024 * 1_024)
})

test('[EV4.b] a queue is bounded in bytes: a large event makes room for itself, or is the one that is dropped', () => {
  const budget = new ByteBudget(Infinity, () => [])
  const sized = (n: number, bytes: number): AcceptedEvent =>
    new AcceptedEvent(
      { type: 'x', source: 'test', data: n, bytes },
      { origin: { node: 'here' }, hops: 0, broadcast: null, cause: 0 },
      { id: String(n), at: 0, endsBlock: false },
    )
  const fill = (overflow: OverflowPolicy): Mailbox => {
    const mailbox = new Mailbox('one', { capacity: 100, capacityBytes: 10_000, overflow }, budget)
    for (let n = 0; n < 8; n += 1) mailbox.accept(sized(n, 744))
    mailbox.accept(sized(8, 5_000))
    return mailbox
  }
  const oldest = fill('drop-oldest')
  expect(oldest.counts).toMatchObject({ accepted: 9, queued: 5, dropped: 4 })
  expect(oldest.heldBytes).toBeLessThanOrEqual(10_000)
  expect(fill('drop-newest').counts).toMatchObject({ accepted: 9, queued: 8, dropped: 1 })
  // One event may always wait.
  const small = new Mailbox('one', { capacity: 100, capacityBytes: 10, overflow: 'drop-oldest' }, budget)
  for (let n = 0; n < 3; n += 1) small.accept(sized(n, 5_000))
  expect(small.counts).toMatchObject({ queued: 1, dropped: 2 })
})

test('[EV4.b] an event that waits for several plugins is counted once, and the mailbox that holds most gives way', () => {
  const boxes: Mailbox[] = []
  const budget = new ByteBudget(5_000, () => boxes)
  for (let n = 0; n < 3; n += 1)
    boxes.push(new Mailbox('one', { capacity: 100, capacityBytes: Infinity, overflow: 'drop-oldest' }, budget))
  const shared = event(3)
  for (const box of boxes) box.accept(shared)
  expect(budget.held).toBe(shared.bytes)
  for (let n = 0; n < 20; n += 1) boxes[0]!.accept(event(3))
  expect(budget.held).toBeLessThanOrEqual(5_000)
  expect(boxes.map(({ counts }) => counts.dropped > 0)).toEqual([true, false, false])
})
