import { expect, test } from 'vitest'
import { limitsOf } from './limits.ts'

const settings = {
  deadlines: { handleEventMs: 1_000 },
  mailboxCapacity: 100,
  mailboxBytes: 1_000_000,
  publishesPerSecond: 5_000,
  overflow: 'drop-oldest',
} as const

test('[IS1.b] a request for less counts, one for more does not, and the host’s override counts always', () => {
  expect(limitsOf({}, settings)).toEqual({
    handleEventMs: 1_000,
    mailboxCapacity: 100,
    mailboxBytes: 1_000_000,
    publishesPerSecond: 5_000,
    overflow: 'drop-oldest',
  })
  const requested = { handleEventMs: 200, mailboxCapacity: 5_000, overflow: 'drop-newest' } as const
  expect(limitsOf({ requested }, settings)).toMatchObject({
    handleEventMs: 200,
    mailboxCapacity: 100,
    mailboxBytes: 1_000_000,
    overflow: 'drop-newest',
  })
  expect(limitsOf({ requested, override: { mailboxCapacity: 5_000 } }, settings).mailboxCapacity).toBe(5_000)
  expect(() => limitsOf({ override: { mailboxCapacity: 0 } }, settings)).toThrow('limits.mailboxCapacity')
})
