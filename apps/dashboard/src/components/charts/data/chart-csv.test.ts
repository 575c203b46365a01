import { expect, test } from 'vitest'
import { toCsv } from './chart-csv'

test('each line says its unit, gaps are empty cells, and a name that is a formula or holds commas stays a name', () => {
  const rows = [
    {
      at: 0,
      values: new Map([
        ['a', 1.5],
        ['=b', null],
      ]),
    },
    { at: 1_000, values: new Map([['a', 2]]) },
  ]
  const lines = [
    { key: 'a', label: 'first, "best"' },
    { key: '=b', label: '=b' },
  ]
  expect(toCsv(rows, lines, 'ms')).toBe(
    'time,"first, ""best"" (ms)",\'=b (ms)\n1970-01-01T00:00:00.000Z,1.5,\n1970-01-01T00:00:01.000Z,2,',
  )
})
