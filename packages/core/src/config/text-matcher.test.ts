import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextMatcher } from './text-matcher.ts'

/** Of an alphabet of two, so that texts are often found, overlap, and lie in each other. */
const word = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 6 })
const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 40 })

/** Which characters of a text are part of a pattern, found one by one. */
function covered(patterns: readonly string[], within: string): boolean[] {
  const marks = within.split('').map(() => false)
  for (const pattern of patterns)
    for (let at = within.indexOf(pattern); at !== -1; at = within.indexOf(pattern, at + 1))
      marks.fill(true, at, at + pattern.length)
  return marks
}

test('finds what a search for each text finds, in any number and overlap', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), text, (patterns, within) => {
      const { spans } = new TextMatcher(patterns).find(within)
      const marks = within.split('').map(() => false)
      for (const [start, end] of spans) marks.fill(true, start, end)
      expect(marks).toEqual(covered(patterns, within))
    }),
    { numRuns: 2_000 },
  )
})

test('says how much of the end of a text begins a pattern', () => {
  const matcher = new TextMatcher(['abcdef', 'cdxyz'])
  expect(matcher.find('xxabc').begun).toBe(3)
  expect(matcher.find('xxabcdx').begun).toBe(3)
  expect(matcher.find('xxabcdef').begun).toBe(0)
  expect(matcher.find('nothing').begun).toBe(0)
})
