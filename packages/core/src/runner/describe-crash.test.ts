import { expect, test } from 'vitest'
import { describeCrash, type LastSigns } from './describe-crash.ts'

const signs: LastSigns = { stopCause: null, ended: null, stall: null, exitCode: null, signal: 'SIGKILL', output: '' }
const stall = { kind: 'evidence', native: false, profile: 'p', stacks: [] } as const
const ended = { kind: 'ended', exitCode: 1, error: null, begun: 3, finished: 2, cutOutputBytes: 0 } as const
const thrown = { name: 'Error', message: 'x', stack: null, code: null }

test('[SV1.a] crash, hang and out of memory are told apart by what is left', () => {
  const kind = (changes: Partial<LastSigns>) => describeCrash({ ...signs, ...changes }).kind
  expect(kind({})).toBe('crash')
  expect(kind({ stopCause: { kind: 'protocol', reason: 'x' } })).toBe('crash')
  expect(kind({ stopCause: { kind: 'hang', silent: 'thread', stopped: false }, ended })).toBe('hang')
  expect(kind({ stopCause: { kind: 'out-of-memory', usedBytes: 2, budgetBytes: 1 } })).toBe('out-of-memory')
  expect(kind({ ended: { ...ended, error: { ...thrown, code: 'ERR_WORKER_OUT_OF_MEMORY' } } })).toBe('out-of-memory')
  expect(
    kind({
      signal: 'SIGABRT',
      output: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    }),
  ).toBe('out-of-memory')
  expect(kind({ ended: { ...ended, error: thrown } })).toBe('crash')
})

test('[EV7.c] the guardian’s count is passed on if it reported one and did not break the protocol', () => {
  const progress = (changes: Partial<LastSigns>) => describeCrash({ ...signs, ...changes }).progress
  expect(progress({})).toBeNull()
  expect(progress({ ended })).toEqual({ begun: 3, finished: 2 })
  expect(progress({ ended, stopCause: { kind: 'hang', silent: 'thread', stopped: false } })).toEqual({
    begun: 3,
    finished: 2,
  })
  expect(progress({ ended, stopCause: { kind: 'protocol', reason: 'x' } })).toBeNull()
})

test('what it was doing belongs to a hang, not to a crash that came after it had answered again', () => {
  expect(describeCrash({ ...signs, stall, stopCause: { kind: 'hang', silent: 'thread', stopped: false } }).stall).toBe(
    stall,
  )
  expect(describeCrash({ ...signs, stall }).stall).toBeNull()
})

test('the cause says what the sentence is made of', () => {
  const cause = (changes: Partial<LastSigns>) => describeCrash({ ...signs, ...changes }).cause
  const stopCause = { kind: 'out-of-memory', usedBytes: 2, budgetBytes: 1 } as const
  expect(cause({ stopCause })).toEqual(stopCause)
  expect(cause({})).toEqual({ kind: 'signal', signal: 'SIGKILL' })
  expect(cause({ signal: null, exitCode: 3 })).toEqual({ kind: 'exit', of: 'process', exitCode: 3 })
  expect(cause({ ended })).toEqual({ kind: 'exit', of: 'thread', exitCode: 1 })
  expect(cause({ ended: { ...ended, error: thrown } })).toEqual({ kind: 'uncaught' })
})
