import { expect, test } from 'vitest'
import { checkPublication } from './publication'

test('a type is dot-separated names, and data is JSON or nothing', () => {
  expect(checkPublication('user.joined', '{"a": 1}')).toEqual({ data: { a: 1 } })
  expect(checkPublication('user.joined', ' ')).toEqual({ data: undefined })
  for (const type of ['', 'user.', 'user.*', 'a b']) {
    expect(checkPublication(type, '')).toMatchObject({ problem: 'type' })
  }
  expect(checkPublication('user.joined', '{')).toMatchObject({ problem: 'data' })
})
