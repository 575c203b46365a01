import { OTHERS } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { colorsOf } from './palette'

test('a name keeps its colour whoever comes and goes, and no two have the same while there are enough', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const first = colorsOf(names, new Map())
  expect(new Set(first.values()).size).toBe(7)
  const second = colorsOf(['newcomer', ...names.slice(1).toReversed(), OTHERS], first)
  for (const name of names.slice(1)) expect(second.get(name)).toBe(first.get(name))
  expect(new Set(second.values()).size).toBe(7)
  expect(second.has(OTHERS)).toBe(false)
  expect(colorsOf(['b'], new Map())).toEqual(colorsOf(['b'], new Map()))
})
