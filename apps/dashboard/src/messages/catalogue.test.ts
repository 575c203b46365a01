import { createTranslator } from 'use-intl'
import { expect, test } from 'vitest'
import { en } from './en/index'
import { zhCn } from './zh-cn/index'
import { sayings } from './zh-cn/sayings'
import type { Locale } from '../format/locale'

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

/** What cannot be rendered of a text, in any of its branches. */
function faultsOf(locale: Locale, text: string): string[] {
  const faults = new Set<string>()
  const translate = createTranslator({
    locale,
    messages: { text },
    onError: (error) => void faults.add(error.message),
  })
  const filledIn = [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name!))]
  const branching = [...new Set([...text.matchAll(/\{(\w+), (?:select|plural)/g)].map(([, name]) => name!))]
  const branches = [...new Set([...text.matchAll(/([\w=-]+)\s*\{/g)].map(([, branch]) => branch!)), 'other']
  const tags = [...new Set([...text.matchAll(/<(\w+)>/g)].map(([, tag]) => tag!))]
  const values = Object.fromEntries(filledIn.map((name) => [name, 1]))
  const rich = Object.fromEntries(tags.map((tag) => [tag, (): string => '']))
  for (const name of ['', ...branching])
    for (const branch of branches)
      translate.markup('text', { ...values, ...rich, ...(name !== '' && { [name]: branch }) })
  return [...faults]
}

test.each([
  ['en', en],
  ['zh-CN', zhCn],
  ['zh-CN', sayings],
] as const)('every branch of every text is rendered (%s)', (locale, texts) => {
  const faulty = [...flatten(texts)].map(([key, text]) => [key, ...faultsOf(locale, text)])
  expect(faulty.filter(({ length }) => length > 1)).toEqual([])
})

test('a text that cannot be rendered is found', () => {
  expect(faultsOf('en', '{kind, select, out-of-memory {a} other {b}}')).not.toEqual([])
  expect(faultsOf('en', '{kind, select, memory {a {missing} b} other {c}}')).toEqual([])
})
