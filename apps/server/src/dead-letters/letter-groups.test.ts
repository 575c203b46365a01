import type { DeadLetter } from '@plugboard/core'
import { expect, test } from 'vitest'
import { LetterGroups, placeIn, withoutValues } from './letter-groups.ts'

const STACK = `TypeError: no amount
    at parse (file:///plugins/pay/node_modules/zod/index.js:3:1)
    at charge (file:///plugins/pay/src/charge.ts:12:7)
    at handleEvent (file:///plugins/pay/index.ts:4:3)`

const letter = (id: number, change: Partial<DeadLetter['error']> = {}): DeadLetter => ({
  id: String(id),
  reason: 'handler-failed',
  events: [{ id: `e${id}`, type: id % 3 === 0 ? 'b' : 'a', at: id, source: 's', data: null, origin: { node: 'here' } }],
  error: { name: 'TypeError', message: `no amount in order ${id}`, stack: STACK, code: null, ...change },
  at: id,
})

test('letters that differ in values only are one group, told by the newest; another place or plugin is another', async () => {
  const groups = new LetterGroups({ errorOf: (_id, { error }) => error })
  const elsewhere = letter(5, { stack: STACK.replace('12:7', '30:7') })
  const pay = { pluginId: 'pay', path: '/plugins/pay', letters: [elsewhere, letter(4), letter(3), letter(2)] }
  const found = await groups.groupsOf([pay, { pluginId: 'other', path: '/plugins/pay', letters: [letter(9)] }])
  expect(
    found.map(({ pluginId, place, letters, firstAt, lastAt }) => [pluginId, place, letters, firstAt, lastAt]),
  ).toEqual([
    ['other', 'src/charge.ts:12', 1, 9, 9],
    ['pay', 'src/charge.ts:30', 1, 5, 5],
    ['pay', 'src/charge.ts:12', 3, 2, 4],
  ])
  const [, , many] = found
  expect(many).toMatchObject({ error: { message: 'no amount in order 4' }, types: ['a', 'b'], events: 3 })
  expect(groups.lettersOf(pay, many!.key).map(({ id }) => id)).toEqual(['4', '3', '2'])
})

test('what differs from event to event is no part of a reason', () => {
  expect(withoutValues('order 4711: card "4242" of 0b1e2f30-1111-4222-8333-944445555666 at 0x1f')).toBe(
    'order #: card "…" of # at #',
  )
  expect(withoutValues('a bad cafe')).toBe('a bad cafe')
})

test('a place is the innermost line of the plugin itself', () => {
  expect(placeIn('Error: x\n    at /plugins/pay/a%20b.ts:1:2', '/plugins/pay/index.ts')).toBe('a b.ts:1')
  expect(placeIn('Error: x\n    at file:///elsewhere/c.ts:1:2', '/plugins/pay')).toBe('c.ts:1')
  expect(placeIn('Error: x\n    at /opt/100%/a.ts:3:4', '/plugins/pay')).toBe('a.ts:3')
  expect(placeIn('Error: x\n    at file:///plugins/pay/%E0%A4.ts:3:4', '/plugins/pay')).toBe('%E0%A4.ts:3')
  expect(placeIn('Error: x\n    at node:internal/x:1:2', '/plugins/pay')).toBeNull()
})
