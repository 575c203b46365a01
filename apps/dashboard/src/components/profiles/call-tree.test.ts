import { expect, test } from 'vitest'
import { readCallTree, topFunctions } from './call-tree'

const at = (functionName: string, url = 'file:///plugins/own/index.ts', lineNumber = 4) => ({
  functionName,
  url,
  lineNumber,
})

test('the time between two samples is that of the function seen at its beginning; idle time is nobody’s', () => {
  const root = readCallTree({
    nodes: [
      { id: 1, callFrame: at('(root)', ''), children: [2, 3] },
      { id: 2, callFrame: at('(idle)', '') },
      { id: 3, callFrame: at('handle'), children: [4] },
      { id: 4, callFrame: at('parse', 'node:internal/x') },
    ],
    samples: [2, 3, 4, 3, 2],
    timeDeltas: [0, 100, 10, 20, 30],
  })
  expect(root.total).toBe(60)
  const [handle] = root.children
  expect(handle).toMatchObject({ name: 'handle', place: 'index.ts:5', self: 40, total: 60, owner: 'plugin' })
  expect(handle!.children[0]).toMatchObject({ name: 'parse', self: 20, owner: 'runtime' })
  expect(topFunctions(root, 1)).toEqual([{ name: 'handle', place: 'index.ts:5', self: 40, owner: 'plugin' }])
})

test('a heap profile is a tree of bytes', () => {
  const leaf = { callFrame: at('grow'), selfSize: 7, children: [] }
  expect(readCallTree({ head: { callFrame: at('(root)', ''), selfSize: 1, children: [leaf] } }).total).toBe(8)
})

test('what is no profile is refused', () => {
  expect(() => readCallTree({ nodes: [] })).toThrow(TypeError)
})
