import { expect, test } from 'vitest'
import { briefOf } from './error-brief.ts'
import { PluginError } from './plugin-error.ts'
import { crashError, startFailure } from './plugin-failure.ts'
import { describeCrash } from './runner/describe-crash.ts'

const thrown = { name: 'TypeError', message: 'x is not a function', stack: 'at line 1'.repeat(500), code: null }

test('an error as data says what it is made of, and leaves out stacks, output and evidence', () => {
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
  const crash = describeCrash({
    verdict: { kind: 'hang', silent: 'thread', stopped: false },
    ended: null,
    stall: null,
    exitCode: null,
    signal: 'SIGKILL',
    output: 'much'.repeat(1_000),
  })
  const culprit = { function: 'spin', file: '/plugins/a/lib/spin.ts', line: 7, source: 'while (true) {}' }
  const evidence = { exitCode: null, signal: 'SIGKILL', culprit, native: false, profilePath: '/p', stack: ['spin'] }
  const brief = briefOf(startFailure('a', crashError(crash, { evidence, folder: '/plugins/a' })))
  expect(brief).toMatchObject({
    code: 'START_FAILED',
    details: {
      id: 'a',
      cause: {
        code: 'PLUGIN_HUNG',
        details: {
          cause: { kind: 'hang', silent: 'thread' },
          place: { native: false, function: 'spin', file: 'lib/spin.ts', line: 7, source: 'while (true) {}' },
        },
      },
    },
  })
  expect(JSON.stringify(brief).length).toBeLessThan(1_000)
})
