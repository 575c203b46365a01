import { expect, test } from 'vitest'
import { drawnOf, parseChosen, withChosen } from './chosen-plugins'

test('more than eight could not be told apart', () => {
  expect(parseChosen('a,,b,a')).toEqual(['a', 'b'])
  expect(parseChosen('1,2,3,4,5,6,7,8,9')).toHaveLength(8)
})

test('without a choice the first of the ranking are drawn', () => {
  const ranking = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id }))
  expect(drawnOf([], ranking)).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(drawnOf(['f'], ranking)).toEqual(['f'])
})

test('a choice grows and shrinks; where it is full, the oldest gives way', () => {
  expect(withChosen(['a'], { id: 'b', isChosen: true })).toBe('a,b')
  expect(withChosen(['a'], { id: 'a', isChosen: false })).toBeNull()
  expect(withChosen(['1', '2', '3', '4', '5', '6', '7', '8'], { id: '9', isChosen: true })).toBe('2,3,4,5,6,7,8,9')
})
