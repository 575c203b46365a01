import { expect, test } from 'vitest'
import { canBecome, type InstanceState } from './instance-state.ts'

const STATES: readonly InstanceState[] = [
  { name: 'starting' },
  { name: 'active', isSilent: false },
  { name: 'active', isSilent: true },
  { name: 'stopping' },
  { name: 'ended' },
]

test('[LC1.c] nothing that arrives from an instance after its end changes its state', () => {
  const [ended] = STATES.filter(({ name }) => name === 'ended')
  for (const state of STATES) expect(canBecome(ended!, state)).toBe(false)
})

test('[LC1.c] an instance that stops can only end; a late start or heartbeat does not make it active', () => {
  const stopping: InstanceState = { name: 'stopping' }
  expect(STATES.filter((state) => canBecome(stopping, state))).toEqual([{ name: 'ended' }])
})

test('each instance can end from every state before', () => {
  for (const state of STATES) expect(canBecome(state, { name: 'ended' })).toBe(state.name !== 'ended')
})
