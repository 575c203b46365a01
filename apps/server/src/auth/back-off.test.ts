import { expect, test } from 'vitest'
import { BackOff } from './back-off.ts'

test('each wrong guess doubles the wait; a right password clears it', () => {
  let now = 0
  const backOff = new BackOff({ now: () => now })
  const waits: number[] = []
  for (let n = 0; n < 6; n += 1) {
    backOff.fail('address', 'account')
    waits.push(backOff.waitMs('address'))
  }
  expect(waits).toEqual([0, 0, 0, 1_000, 2_000, 4_000])
  expect(backOff.waitMs('other')).toBe(0)
  expect(backOff.waitMs('other', 'account')).toBe(4_000)
  now = 4_000
  expect(backOff.waitMs('address', 'account')).toBe(0)
  backOff.forgive('address')
  expect(backOff.waitMs('address')).toBe(0)
  backOff.succeed('account')
  backOff.fail('account')
  expect(backOff.waitMs('account')).toBe(0)
})

test('no wait is longer than 15 minutes, and an hour of quiet forgets all', () => {
  let now = 0
  const backOff = new BackOff({ now: () => now })
  for (let n = 0; n < 1_000; n += 1) backOff.fail('address')
  expect(backOff.waitMs('address')).toBe(15 * 60_000)
  now = 60 * 60_000
  expect(backOff.waitMs('address')).toBe(0)
})

test('ever new addresses do not fill the memory', () => {
  const backOff = new BackOff({ now: () => 0 })
  for (let n = 0; n < 4; n += 1) backOff.fail('first')
  for (let n = 0; n < 20_000; n += 1) backOff.fail(`address ${n}`)
  expect(backOff.waitMs('first')).toBe(0)
})
