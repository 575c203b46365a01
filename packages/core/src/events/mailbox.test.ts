import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AcceptedEvent } from './accepted-event.ts'
import { Broadcast } from './broadcast.ts'
import { Mailbox, type OverflowPolicy } from './mailbox.ts'
import { times } from '../../test/soak.ts'

const ERROR = { name: 'Error', message: 'no', stack: null, code: null }
const event = (n: number, broadcast: Broadcast | null = null): AcceptedEvent =>
  new AcceptedEvent(
    { type: 'custom', eventType: 'x', data: n },
    { id: String(n), at: 0, source: 'test' },
    { hops: 0, broadcast },
  )
const receipt = (handled: number, failed: readonly number[] = []) =>
  ({
    kind: 'receipt',
    handled,
    failures: failed.map((index) => ({ index, error: ERROR })),
    latency: [],
    busyUs: handled,
    limitReached: false,
  }) as const

const sink = (sendBatch: (events: readonly AcceptedEvent[]) => void) => ({ encodes: true, sendBatch })

type Step =
  | { readonly do: 'accept'; readonly count: number }
  | { readonly do: 'receipt'; readonly share: number; readonly fail: boolean }
  | { readonly do: 'open' | 'close' | 'takeBack' | 'discard' | 'die' }
  | { readonly do: 'dieKnown'; readonly finished: number; readonly inHand: boolean }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('accept' as const), count: fc.nat(600) }),
  fc.record({
    do: fc.constant('receipt' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    fail: fc.boolean(),
  }),
  fc.record({
    do: fc.constantFrom('open' as const, 'close' as const, 'takeBack' as const, 'discard' as const, 'die' as const),
  }),
  fc.record({ do: fc.constant('dieKnown' as const), finished: fc.nat(50), inHand: fc.boolean() }),
)

test('[EV8] whatever happens, each accepted event is in exactly one place and meets one fate', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.constantFrom<OverflowPolicy>('drop-oldest', 'drop-newest'),
      async (steps, overflow) => {
        const mailbox = new Mailbox({ capacity: 500, overflow })
        const outcomes: Promise<{ delivered: number; failed: number; dropped: number }>[] = []
        let settled = 0
        for (const now of steps) {
          if (now.do === 'accept') {
            for (let n = 0; n < now.count; n += 1) {
              const broadcast = new Broadcast()
              outcomes.push(broadcast.outcome)
              mailbox.accept(event(outcomes.length, broadcast))
              broadcast.seal()
            }
          } else if (now.do === 'receipt') {
            const handled = Math.floor(now.share * mailbox.counts.inFlight)
            if (handled > 0)
              expect(mailbox.settle(receipt(handled, now.fail ? [handled - 1] : []))).toHaveLength(now.fail ? 1 : 0)
            settled += handled
          } else if (now.do === 'open') mailbox.open(sink(() => {}))
          else if (now.do === 'close') mailbox.close()
          else if (now.do === 'takeBack') mailbox.takeBack()
          else if (now.do === 'discard') mailbox.discard()
          else if (now.do === 'die') mailbox.settleDeath(null, settled)
          else if (now.do === 'dieKnown')
            mailbox.settleDeath(
              { finished: settled + now.finished, begun: settled + now.finished + (now.inHand ? 1 : 0) },
              settled,
            )
          const { accepted, processed, queued, inFlight, dropped, discarded, inDoubt } = mailbox.counts
          expect(accepted).toBe(processed + queued + inFlight + dropped + discarded + inDoubt)
          expect(queued).toBeLessThanOrEqual(500 + inFlight + accepted)
        }
        mailbox.settleDeath(null, settled)
        mailbox.discard()
        for (const outcome of await Promise.all(outcomes))
          expect(outcome.delivered + outcome.failed + outcome.dropped).toBe(1)
      },
    ),
    { numRuns: times(200, 20_000) },
  )
}, 600_000)

test('[EV7] with the guardian’s count, what had not begun goes back in order', () => {
  const mailbox = new Mailbox({ capacity: 100, overflow: 'drop-oldest' })
  const sent: number[] = []
  const send = (events: readonly AcceptedEvent[]): void =>
    void sent.push(...events.map(({ event: { id } }) => Number(id)))
  for (let n = 0; n < 10; n += 1) mailbox.accept(event(n))
  mailbox.open(sink(send))
  mailbox.settle(receipt(2))
  mailbox.close()
  const { finished, inHand } = mailbox.settleDeath({ finished: 5, begun: 6 }, 2)
  expect([finished, inHand?.event.id]).toEqual([3, '5'])
  sent.length = 0
  mailbox.open(sink(send))
  expect(sent).toEqual([6, 7, 8, 9])
})

test('a receipt for more than is in flight is not believed', () => {
  const mailbox = new Mailbox({ capacity: 100, overflow: 'drop-oldest' })
  mailbox.accept(event(1))
  mailbox.open(sink(() => {}))
  expect(mailbox.settle(receipt(2))).toBeNull()
})

test('batches hold about 20 ms of the plugin’s measured handler time', () => {
  const mailbox = new Mailbox({ capacity: 10_000, overflow: 'drop-oldest' })
  const sizes: number[] = []
  for (let n = 0; n < 2_000; n += 1) mailbox.accept(event(n))
  mailbox.open(sink((events) => void sizes.push(events.length)))
  expect(sizes).toEqual([32, 32, 32, 32])
  mailbox.settle({ ...receipt(32), busyUs: 32 * 5_000 })
  expect(sizes.at(-1)).toBe(4)
})
