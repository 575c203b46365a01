import type { AuditView } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { auditRuns } from './audit-runs'

const entry = (seq: number, actor: string, result = 'ok', target: string | null = null): AuditView => ({
  seq,
  at: seq,
  actor,
  role: 'operator',
  via: 'rest',
  address: '::1',
  operation: 'events.publish',
  target,
  result,
  detail: null,
  hash: '',
})

test('what one actor does over and over is one run; a failure, another actor, other targets and a few of the same stay apart', () => {
  const rows = [
    entry(12, 'ci'),
    entry(11, 'ci'),
    entry(10, 'ci'),
    entry(9, 'ci'),
    entry(8, 'ci'),
    entry(7, 'ci', 'EVENT_INVALID'),
    entry(6, 'ci'),
    entry(5, 'Ada'),
    entry(4, 'ci'),
    entry(3, 'ci'),
    entry(2, 'ci', 'ok', 'other'),
    entry(1, 'ci', 'ok', 'one'),
  ]
  expect(auditRuns(rows).map((run) => run.map(({ seq }) => seq))).toEqual([
    [12, 11, 10, 9, 8],
    [7],
    [6],
    [5],
    [4],
    [3],
    [2],
    [1],
  ])
})
