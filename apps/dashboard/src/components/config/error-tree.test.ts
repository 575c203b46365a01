import { expect, test } from 'vitest'
import { errorTree } from './error-tree.ts'

test('errors stand at the place that their pointer names, whatever its characters', () => {
  expect(
    errorTree([
      { pointer: '/limits/0/topic', message: 'is needed' },
      { pointer: '/a.b~1c', message: 'one' },
      { pointer: '/a.b~1c', message: 'two' },
      { pointer: '', message: 'of the whole' },
    ]),
  ).toEqual({
    __errors: ['of the whole'],
    limits: { 0: { topic: { __errors: ['is needed'] } } },
    'a.b/c': { __errors: ['one', 'two'] },
  })
})
