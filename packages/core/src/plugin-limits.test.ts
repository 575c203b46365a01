import { expect, test } from 'vitest'
import { withDefaults } from './manager-options.ts'
import { limitsOf } from './plugin-limits.ts'

const settings = withDefaults({ mailboxCapacity: 100, deadlines: { handleEventMs: 1_000 } })

test('[IS1] a wish for less counts, one for more does not, and the host’s demand counts always', () => {
  expect(limitsOf({}, settings)).toEqual({
    handleEventMs: 1_000,
    mailboxCapacity: 100,
    publishesPerSecond: 5_000,
    overflow: 'drop-oldest',
  })
  const wish = { handleEventMs: 200, mailboxCapacity: 5_000, overflow: 'drop-newest' } as const
  expect(limitsOf({ wish }, settings)).toMatchObject({
    handleEventMs: 200,
    mailboxCapacity: 100,
    overflow: 'drop-newest',
  })
  expect(limitsOf({ wish, demand: { mailboxCapacity: 5_000 } }, settings).mailboxCapacity).toBe(5_000)
  expect(() => limitsOf({ demand: { mailboxCapacity: 0 } }, settings)).toThrow('limits.mailboxCapacity')
})
