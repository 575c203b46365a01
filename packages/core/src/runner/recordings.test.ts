import { expect, test, vi } from 'vitest'
import type { GuardianOrder } from '../guest-protocol/message.ts'
import { Recordings } from './recordings.ts'

test('[SV1.f] a snapshot whose order was never heard fails, and excuses no silence after that', async () => {
  vi.useFakeTimers()
  try {
    const orders: GuardianOrder[] = []
    const recordings = new Recordings('stuck', (order) => void orders.push(order))
    const stream = recordings.start({ kind: 'heap-snapshot' })
    const failed = vi.fn<(error: Error) => void>()
    stream.on('error', failed).resume()
    await vi.advanceTimersByTimeAsync(80_000)
    expect(recordings.isSnapshotting).toBe(true)
    await vi.advanceTimersByTimeAsync(11_000)
    expect(recordings.isSnapshotting).toBe(false)
    expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'RECORDING_FAILED' }))
    expect(orders.map(({ kind }) => kind)).toEqual(['heap-snapshot', 'pull', 'cancel'])
  } finally {
    vi.useRealTimers()
  }
})
