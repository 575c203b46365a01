import { expect, test } from 'vitest'
import { findStalledCode } from './stalled-code.ts'

const FOLDER = '/plugins/slow'
const at = (name: string, file: string, line: number): string => `at ${name} (file://${file}:${line}:5)`
const node = (id: number, functionName: string, url: string, more: object = {}) => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
  ...more,
})
const profile = (...nodes: object[]): string => JSON.stringify({ nodes })

test('the innermost frame of the plugin’s own code counts, not that of Node or of the guest', () => {
  const stack = [
    'at RegExp.test (<anonymous>)',
    at('match', '/plugins/slow/a%20b.ts', 4),
    at('deliver', '/core/guest/event-runner.js', 1),
  ]
  expect(findStalledCode({ profile: null, stacks: [stack, stack] }, FOLDER)).toEqual({
    function: 'match',
    file: '/plugins/slow/a b.ts',
    line: 4,
  })
})

test('where the stacks disagree the profile decides, and built-ins count for who called them', () => {
  const text = profile(
    node(1, '(root)', '', { children: [2] }),
    node(2, 'spin', 'file:///plugins/slow/index.ts', {
      hitCount: 5,
      children: [3],
      positionTicks: [
        { line: 12, ticks: 4 },
        { line: 11, ticks: 1 },
      ],
    }),
    node(3, 'fill', '', { hitCount: 90 }),
    node(4, 'deliver', 'file:///core/guest/event-runner.js', { hitCount: 50 }),
  )
  expect(findStalledCode({ profile: text, stacks: [[], [], [at('once', '/plugins/slow/x.ts', 1)]] }, FOLDER)).toEqual({
    function: 'spin',
    file: '/plugins/slow/index.ts',
    line: 12,
  })
})

test('a forged profile is looked through without harm', () => {
  const url = 'file:///core/x.js'
  const circle = profile(
    node(1, 'a', url, { hitCount: 1, children: [2] }),
    node(2, 'b', url, { hitCount: 1, children: [1] }),
  )
  const forged = [
    circle,
    '{"nodes":[null]}',
    '{"nodes":[{"id":1}]}',
    '{"nodes":5}',
    'null',
    profile(node(1, 'a', url, { children: 5 })),
  ]
  for (const text of forged) expect(findStalledCode({ profile: text, stacks: [] }, FOLDER)).toBeNull()
})

test('nothing is made up', () => {
  expect(findStalledCode({ profile: null, stacks: [] }, FOLDER)).toBeNull()
  expect(findStalledCode({ profile: 'no json', stacks: [['at x (node:fs:1:1)']] }, FOLDER)).toBeNull()
  expect(
    findStalledCode(
      { profile: profile(node(1, 'x', 'file:///plugins/slower/i.ts', { hitCount: 9 })), stacks: [] },
      FOLDER,
    ),
  ).toBeNull()
})
