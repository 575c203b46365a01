import { expect, test } from 'vitest'
import { briefOf } from './error-brief.ts'
import { PluginError } from './plugin-error.ts'
import { startFailure } from './plugin-failure.ts'

const thrown = { name: 'TypeError', message: 'x is not a function', stack: 'at line 1'.repeat(500), code: null }

test('an error as data says what it is made of, and leaves out stacks, output and profiles', () => {
  const error = new PluginError('HOOK_FAILED', 'start of a failed', { id: 'a', hook: 'start', error: thrown })
  expect(briefOf(error)).toEqual({
    code: 'HOOK_FAILED',
    message: 'start of a failed',
    details: { id: 'a', hook: 'start', error: { name: 'TypeError', message: 'x is not a function' } },
  })
  const violations = [{ pointer: '/a', rule: 'minimum', message: '/a must be >= 1' }]
  expect(briefOf(new PluginError('CONFIG_INVALID', 'no', violations)).details).toEqual(violations)
  expect(briefOf(new PluginError('MANAGER_CLOSED', 'closed', null)).details).toBeNull()
})

test('a start that ended in a crash says which, and where', () => {
  const report = {
    cause: { kind: 'hang', silent: 'thread', stopped: false },
    place: { native: false, function: 'spin', file: 'lib/spin.ts', line: 7, source: 'while (true) {}' },
    exitCode: null,
    signal: 'SIGKILL',
    error: null,
    output: 'much'.repeat(1_000),
    stack: Array.from({ length: 32 }, () => 'at spin (file:///plugins/a/lib/spin.ts:7:1)'),
    profilePath: '/data/profiles/a/x.cpuprofile',
  } as const
  const brief = briefOf(startFailure('a', new PluginError('PLUGIN_HUNG', 'No response for 5 s.', report)))
  const { cause, place } = report
  expect(brief).toMatchObject({
    code: 'START_FAILED',
    details: { id: 'a', cause: { code: 'PLUGIN_HUNG', details: { cause, place } } },
  })
  expect(JSON.stringify(brief).length).toBeLessThan(1_000)
})
