import { expect, test } from 'vitest'
import { failureLog } from './failure-log.ts'
import type { FactBody } from './fact.ts'

const event = { type: 'user.joined', data: null, id: 'e', at: 1, source: 's', origin: { node: 'here' } } as const
const error = { name: 'Error', message: 'no such user', stack: null, code: null }
const letter = (reason: 'handler-failed' | 'guest-died' | 'in-doubt'): FactBody => ({
  type: 'dead-letter',
  id: 'one',
  at: 5,
  letter: { id: '1', reason, events: [event, event], error, at: 5 },
})

test('what befalls a plugin is an entry of its log', () => {
  expect(failureLog(letter('handler-failed'))).toEqual({
    type: 'log',
    id: 'one',
    at: 5,
    level: 'error',
    message: 'Its handler failed on user.joined: no such user',
    fields: undefined,
    origin: 'runtime',
  })
  expect(failureLog(letter('guest-died'))?.message).toBe('It ended while it handled user.joined.')
  expect(failureLog(letter('in-doubt'))?.message).toContain('of 2 events')
  const failed = { code: 'PLUGIN_HUNG', message: 'No response for 5 s.', details: null }
  const state = { type: 'state', id: 'one', at: 7, from: 'active', nextRestartAt: null } as const
  expect(failureLog({ ...state, to: 'error', error: failed })).toMatchObject({ at: 7, message: failed.message })
})

test('what is no failure is none', () => {
  expect(failureLog({ type: 'grants', id: 'one', at: 1 })).toBeNull()
  expect(
    failureLog({
      type: 'state',
      id: 'one',
      at: 1,
      from: 'initializing',
      to: 'active',
      error: null,
      nextRestartAt: null,
    }),
  ).toBeNull()
})
