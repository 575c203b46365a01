import type { PluginEvent } from '@plugboard/plugin-sdk'
import { expect, test } from 'vitest'
import type { Receipt } from '../guest-protocol/message.ts'
import { EventRunner } from './event-runner.ts'

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
