import { expect, test } from 'vitest'
import { en } from './en/index'
import { zhCn } from './zh-cn/index'

/** Each text by the path of its key. */
function flatten(node: unknown, path = ''): Map<string, string> {
  if (typeof node === 'string') return new Map([[path, node]])
  return new Map(
    Object.entries(node as object).flatMap(([key, child]) => [...flatten(child, path === '' ? key : `${path}.${key}`)]),
  )
}

/** The names that a text fills in, and those that it counts. */
function names(text: string): string[] {
  return [...new Set([...text.matchAll(/(?<!one |other |=0 )\{(\w+)[,}]/g)].map(([, name]) => name!))].sort()
}

test('every language has the same texts, and fills in the same names', () => {
  const [english, chinese] = [flatten(en), flatten(zhCn)]
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  for (const [key, text] of english) expect([key, names(chinese.get(key)!)]).toEqual([key, names(text)])
})

test('nothing is left untranslated but names', () => {
  const same = [...flatten(zhCn)].filter(
    ([key, text]) => flatten(en).get(key) === text && !/\p{Script=Han}/u.test(text),
  )
  expect(same.map(([, text]) => text).sort()).toEqual(
    ['API', 'CPU', 'CPU', 'JSON', 'Plugboard', 'p50', 'p95', 'p95', 'p99', 'stderr', 'stdout'].sort(),
  )
})
