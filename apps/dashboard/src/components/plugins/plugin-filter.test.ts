import type { BoardRow } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { parseFilter } from './plugin-filter'

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
  ['nothing', false],
])('"%s" matches: %s', (filter, expected) => {
  expect(parseFilter(filter)(row({ memoryBytes: 20 * 1_048_576, cpuPercent: null }))).toBe(expected)
})

test('one that warns, and one that is started again by itself, are found as the table shows them', () => {
  expect(parseFilter('health:warning')(row({ reasonLevel: 'warning' }))).toBe(true)
  expect(parseFilter('state:recovering')(row({ state: 'error', nextRestartAt: 1 }))).toBe(true)
})
