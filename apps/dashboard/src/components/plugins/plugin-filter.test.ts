import type { BoardRow } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { parseFilter } from './plugin-filter'

const row = (partial: Partial<BoardRow>): BoardRow =>
  ({
    id: 'rolling-stats',
    name: 'Rolling stats',
    state: 'active',
    pluginType: 'Custom',
    isHealthy: true,
    memoryBytes: null,
    ...partial,
  }) as BoardRow

test.each([
  ['', true],
  ['roll', true],
  ['state:act', true],
  ['state:error', false],
  ['health:healthy roll', true],
  ['mem>10mb', true],
  ['mem<10MB', false],
  ['cpu>1', false],
  ['nothing', false],
])('"%s" matches: %s', (filter, expected) => {
  expect(parseFilter(filter)(row({ memoryBytes: 20 * 1_048_576, cpuPercent: null }))).toBe(expected)
})
