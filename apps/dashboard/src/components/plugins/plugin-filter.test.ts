import type { BoardRow } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { parseFilter, unknownWords } from './plugin-filter'

const row = (partial: Partial<BoardRow>): BoardRow =>
  ({
    id: 'rolling-stats',
    name: 'Rolling stats',
    state: 'active',
    pluginType: 'Custom',
    enabled: true,
    isHealthy: true,
    reasonLevel: null,
    nextRestartAt: null,
    silencedUntil: null,
    memoryBytes: null,
    ...partial,
  }) as BoardRow

test.each([
  ['', true],
  ['roll', true],
  ['state:act', true],
  ['state:error', false],
  ['health:healthy roll', true],
  ['health:warning', false],
  ['state:recovering', false],
  ['mem>10mb', true],
  ['mem<10MB', false],
  ['cpu>1', false],
  ['uptime>8m', true],
  ['uptime<1h', true],
  ['uptime>1d', false],
  ['nothing', false],
])('"%s" matches: %s', (filter, expected) => {
  const one = row({ memoryBytes: 20 * 1_048_576, cpuPercent: null, activeSince: 60_000 })
  expect(parseFilter(filter, 600_000)(one)).toBe(expected)
})

test('one that warns, and one that is started again by itself, are found as the table shows them', () => {
  expect(parseFilter('health:warning', 0)(row({ reasonLevel: 'warning' }))).toBe(true)
  expect(parseFilter('state:recovering', 0)(row({ state: 'error', nextRestartAt: 1 }))).toBe(true)
})

test('what a filter cannot compare is named', () => {
  expect(unknownWords('colour:red mem>100m cpu>1h uptime>5m p95<2s state:error web 3:4')).toEqual([
    'colour:red',
    'mem>100m',
    'cpu>1h',
    '3:4',
  ])
})
