import type { PluginEvent } from '@plugboard/plugin-sdk'
import { expect, test } from 'vitest'
import type { Receipt } from '../guest-protocol/message.ts'
import { EventRunner, provenance, type Provenance } from './event-runner.ts'

const EVENT: PluginEvent = { id: '1', type: 'x', at: 0, source: 'test', data: null, origin: { node: 'here' } }
const QUIET_MS = 60_000

/** A runner whose handler always throws, and whose clock stands still until it is set. */
function failing() {
  const clock = { ms: 1_000_000 }
  const receipts: Receipt[] = []
  const runner = new EventRunner({
    deliver: () => {
      throw new Error('always')
    },
    send: (report) => void (report.kind === 'receipt' && receipts.push(report)),
    errorLimit: 10,
    quietMs: QUIET_MS,
    handlerTimeoutMs: 1_000,
    progress: new Float64Array(2),
    now: () => clock.ms,
  })
  const fail = async (times: number): Promise<void> => {
    runner.push({ kind: 'batch', events: Array.from({ length: times }, () => EVENT), hops: null, traceKeys: null })
    await runner.between(() => {})
    await expect.poll(() => receipts.reduce((sum, { handled }) => sum + handled, 0)).toBeGreaterThanOrEqual(times)
  }
  return { clock, receipts, fail }
}

test('[EV2.a] the thread tolerates ten errors, and the 11th one reaches the limit', async () => {
  const { receipts, fail } = failing()
  await fail(10)
  expect(receipts.some(({ limitReached }) => limitReached)).toBe(false)
  await fail(1)
  await expect.poll(() => receipts.at(-1)?.limitReached).toBe(true)
})

test('[EV2.b] a quiet period clears the count of the thread; a shorter one does not', async () => {
  const { clock, receipts, fail } = failing()
  await fail(10)
  clock.ms += QUIET_MS
  await fail(10)
  await expect.poll(() => receipts.reduce((sum, { handled }) => sum + handled, 0)).toBe(20)
  expect(receipts.some(({ limitReached }) => limitReached)).toBe(false)
  clock.ms += QUIET_MS - 1
  await fail(1)
  await expect.poll(() => receipts.at(-1)?.limitReached).toBe(true)
})

test('[EV11.a] each event of a batch is handled with its own hops and key, and what a handler leaves behind has no cause', async () => {
  const seen: (Provenance & { readonly id: string })[] = []
  const later: Provenance[] = []
  const reports: string[] = []
  const runner = new EventRunner({
    deliver: async ({ id }) => {
      seen.push({ id, ...provenance() })
      setTimeout(() => later.push(provenance()), 20)
      await Promise.resolve()
      seen.push({ id, ...provenance() })
    },
    send: (report) =>
      void reports.push(
        report.kind === 'receipt' ? `${report.handled} handled` : `${report.key} ${Object.keys(report.step)}`,
      ),
    errorLimit: 10,
    quietMs: null,
    handlerTimeoutMs: 1_000,
    progress: new Float64Array(2),
  })
  const events = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ ...EVENT, id }))
  runner.push({ kind: 'batch', events, hops: [0, 0, 2, 2, 0], traceKeys: [0, 7, 8, 0, 0] })
  await expect.poll(() => later.length).toBe(5)
  const provenances = [
    ['a', 1, 0],
    ['b', 1, 7],
    ['c', 3, 8],
    ['d', 3, 0],
    ['e', 1, 0],
  ] as const
  expect(seen).toEqual(provenances.flatMap(([id, hops, cause]) => [0, 1].map(() => ({ id, hops, cause }))))
  expect(later.map(({ hops }) => hops)).toEqual([1, 1, 3, 3, 1])
  expect(later.every(({ cause }) => cause === 0)).toBe(true)
  expect(reports).toEqual(['7 beganAt', '7 tookMs', '8 beganAt', '8 tookMs', '5 handled'])
  expect(provenance()).toEqual({ hops: 0, cause: 0 })
})
