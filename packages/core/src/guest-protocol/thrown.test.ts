import { expect, test } from 'vitest'
import { describeThrown } from './thrown.ts'

function denied(permission: string | undefined, more: object): Error {
  const error = new Error('Access to this API has been restricted. Use --allow-fs-read to manage permissions.')
  return Object.assign(error, { code: 'ERR_ACCESS_DENIED', ...(permission !== undefined && { permission }) }, more)
}

test('the chain of causes is told, in the message and in the stack', () => {
  const cause = new TypeError('the middle', { cause: new RangeError('the bottom') })
  const { message, stack } = describeThrown(new Error('the top', { cause }))
  expect(message).toBe('the top; caused by TypeError: the middle; caused by RangeError: the bottom')
  expect(stack).toMatch(
    /^Error: the top\n[^]*\nCaused by: TypeError: the middle\n[^]*\nCaused by: RangeError: the bottom\n/,
  )
})

test('what is inside an AggregateError is told', () => {
  const errors = [new Error('connect ECONNREFUSED ::1:80'), 'something else']
  const cause = new AggregateError(errors, '')
  expect(describeThrown(new TypeError('fetch failed', { cause })).message).toBe(
    'fetch failed; caused by AggregateError; caused by Error: connect ECONNREFUSED ::1:80; caused by something else',
  )
})

test('a chain that is endless or goes round is cut', () => {
  const round = new Error('round')
  round.cause = round
  expect(describeThrown(round).message).toBe('round')
  let deep = new Error('level 0')
  for (let level = 1; level < 1_000; level += 1) deep = new Error(`level ${level}`, { cause: deep })
  expect(describeThrown(deep).message.split('; caused by ')).toHaveLength(6)
  const wide = new AggregateError(
    Array.from({ length: 1_000 }, (_, n) => new Error(`part ${n} ${'x'.repeat(1_000)}`)),
    'wide',
  )
  expect(describeThrown(wide).message.length).toBeLessThanOrEqual(2_048)
})

test.each([
  ['FileSystemRead', { resource: '/etc/passwd' }, 'reading /etc/passwd', '{"name":"FileSystemAccess","read":["/etc"]}'],
  ['FileSystemWrite', { resource: '/x' }, 'writing /x', '{"name":"FileSystemAccess","write":["/"]}'],
  ['Net', {}, 'using the network', '"NetworkAccess"'],
  [undefined, { syscall: 'getaddrinfo' }, 'using the network', '"NetworkAccess"'],
  ['ChildProcess', { resource: 'ls' }, 'starting ls', '"ExecuteSyscall"'],
  ['Addon', {}, 'loading a native addon', '"ExecuteSyscall"'],
])('an access of the kind %s that is refused says which permission it needs', (permission, more, what, request) => {
  const { message, stack } = describeThrown(new Error('no luck', { cause: denied(permission, more) }))
  expect(message).toBe(
    `no luck; caused by Error: ${what} is not permitted: request ${request} in the permissions of plugin.json, and have it granted`,
  )
  expect(stack).not.toContain('--allow')
})

test('what no permission allows is said too', () => {
  expect(describeThrown(denied('WorkerThreads', {})).message).toContain('no permission allows it')
  expect(describeThrown(denied('WASI', {})).message).toBe(
    'Access to this API has been restricted. No permission of plugin.json allows it.',
  )
})

test('values with getters that throw do no harm', () => {
  const hostile = new Error('x')
  Object.defineProperty(hostile, 'cause', {
    get: () => {
      throw new Error('no')
    },
  })
  expect(describeThrown(hostile)).toMatchObject({ name: 'Error', message: 'x' })
})
