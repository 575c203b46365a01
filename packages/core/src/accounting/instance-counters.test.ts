import { expect, test } from 'vitest'
import { InstanceCounters } from './instance-counters.ts'

const QUIET_MS = 60_000

test('[EV2.b] a quiet period clears the errors toward the limit, and leaves the errors', () => {
  const counters = new InstanceCounters(QUIET_MS)
  counters.count({ processed: 10, failed: 10 }, 1_000_000)
  expect(counters.errorsTowardLimit(1_000_000 + QUIET_MS - 1)).toBe(10)
  expect(counters.errorsTowardLimit(1_000_000 + QUIET_MS)).toBe(0)
  counters.count({ processed: 3, failed: 1 }, 1_000_000 + QUIET_MS)
  expect(counters.errorsTowardLimit(1_000_000 + QUIET_MS)).toBe(1)
  expect(counters).toMatchObject({ eventsProcessed: 13, errorCount: 11 })
})

test('[EV1.a] an instance begins with no event and no error', () => {
  expect(new InstanceCounters(QUIET_MS)).toMatchObject({
    eventsProcessed: 0,
    errorCount: 0,
    usage: null,
    cpuShare: null,
  })
})
