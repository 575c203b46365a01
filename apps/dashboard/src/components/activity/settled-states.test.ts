import type { TimelineView } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { settledStates } from './settled-states'

let id = 0
const entry = (at: number, state: string | null): TimelineView => ({
  id: (id += 1),
  at,
  node: 'here',
  pluginId: 'one',
  kind: state === null ? 'operation' : 'state',
  severity: 'info',
  code: null,
  title: '',
  actor: null,
  incidentId: null,
  detail: state === null ? null : { state },
})

test('a load and a restart are one line each; a long start, an error and operations stay', () => {
  const oldestFirst = [
    entry(0, 'loading'),
    entry(10, 'loaded'),
    entry(20, 'initializing'),
    entry(9_000, 'active'),
    entry(9_001, null),
    entry(20_000, 'unloading'),
    entry(20_010, 'loaded'),
    entry(20_020, 'initializing'),
    entry(20_100, 'error'),
    entry(20_200, 'initializing'),
  ]
  expect(settledStates(oldestFirst.toReversed()).map(({ at }) => at)).toEqual([20_200, 20_100, 9_001, 9_000, 20])
})
