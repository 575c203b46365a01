import { expect, test } from 'vitest'
import { fitsPattern } from './topic-pattern'

test('a star is one part, two are all that follow', () => {
  const fits = (pattern: string) =>
    ['vm.started', 'vm', 'vm.a.b', 'x.started'].filter((topic) => fitsPattern(pattern, topic))
  expect(fits('**')).toEqual(['vm.started', 'vm', 'vm.a.b', 'x.started'])
  expect(fits('vm.*')).toEqual(['vm.started'])
  expect(fits('vm.**')).toEqual(['vm.started', 'vm', 'vm.a.b'])
  expect(fits('*.started')).toEqual(['vm.started', 'x.started'])
  expect(fits('vm')).toEqual(['vm'])
})
