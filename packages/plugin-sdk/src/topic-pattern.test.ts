import { expect, test } from 'vitest'
import { compileTopicPattern, compileTopicPatterns, isTopicPattern } from './topic-pattern.ts'

test.each([
  ['vm.started', 'vm.started', true],
  ['vm.started', 'vm.started.now', false],
  ['vm.*', 'vm.started', true],
  ['vm.*', 'vm', false],
  ['vm.*', 'vm.started.now', false],
  ['*.started', 'vm.started', true],
  ['vm.**', 'vm.started.now', true],
  ['vm.**', 'vm', true],
  ['vm.**', 'vmx', false],
  ['**', 'anything.at.all', true],
])('%s matches %s: %s', (pattern, topic, expected) => {
  expect(compileTopicPattern(pattern)(topic)).toBe(expected)
})

test('what is no pattern is refused', () => {
  for (const pattern of ['', '.', 'vm.', 'a b', '**.a', 'a*', 'x'.repeat(300)]) {
    expect(isTopicPattern(pattern)).toBe(false)
    expect(() => compileTopicPattern(pattern)).toThrow(TypeError)
  }
})

test('several patterns match what one of them matches; none matches nothing', () => {
  expect(compileTopicPatterns(['a', 'b.*'])('b.c')).toBe(true)
  expect(compileTopicPatterns(['a', 'b.*'])('c')).toBe(false)
  expect(compileTopicPatterns([])('a')).toBe(false)
})
