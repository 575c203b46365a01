import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeHealth, type HealthInput } from './health.ts'
import { TRANSITIONS, type PluginState } from './state.ts'

const base: HealthInput = {
  id: 'one',
  state: 'active',
  activeSince: 1_000,
  now: 61_000,
  eventsProcessed: 100,
  errorCount: 0,
  errorsTowardLimit: 0,
  errorLimit: 10,
  memoryUsageBytes: null,
  memoryBudgetBytes: 1_000,
  mailboxDepth: 0,
  mailboxCapacity: 100,
  lastError: null,
  isSilent: false,
  failuresInRow: 0,
  nextRestartAt: null,
  dependenciesDown: [],
}

const broke = { code: 'PLUGIN_CRASHED', message: 'It broke.', details: null }

test('[HL1.a] healthy is exactly active and an error rate under 10 %', () => {
  const states = Object.keys(TRANSITIONS) as PluginState[]
  fc.assert(
    fc.property(fc.constantFrom(...states), fc.nat(1_000), fc.nat(1_000), (state, eventsProcessed, errors) => {
      const errorCount = Math.min(errors, eventsProcessed)
      const { isHealthy, errorRate } = judgeHealth({ ...base, state, eventsProcessed, errorCount })
      expect(errorRate).toBe(eventsProcessed === 0 ? 0 : errorCount / eventsProcessed)
      expect(isHealthy).toBe(state === 'active' && errorRate < 0.1)
    }),
  )
})

test('[HL1.b] uptime counts from when it last became active, else 0', () => {
  expect(judgeHealth(base).uptimeSeconds).toBe(60)
  expect(judgeHealth({ ...base, state: 'error' }).uptimeSeconds).toBe(0)
})

test('a reason is one plain sentence with its weight, and what it is made of', () => {
  const input = { ...base, errorCount: 25, errorsTowardLimit: 7, mailboxDepth: 95, memoryUsageBytes: 950 }
  expect(judgeHealth(input).reasons.map(({ code, level }) => [code, level])).toEqual([
    ['error-rate', 'bad'],
    ['near-error-limit', 'warning'],
    ['mailbox-full', 'warning'],
    ['near-memory-limit', 'warning'],
  ])
  expect(judgeHealth({ ...base, state: 'error', lastError: broke }).reasons).toEqual([
    { code: 'error', level: 'bad', message: 'It broke.', details: { error: broke } },
  ])
  expect(judgeHealth(input).reasons.map(({ details }) => details)).toEqual([
    { errorRate: 0.25 },
    { errors: 7, limit: 10 },
    { depth: 95, capacity: 100 },
    { usedBytes: 0, budgetBytes: 1_000 },
  ])
  expect(judgeHealth(base).reasons).toEqual([])
})

test('says that it is silent, that it fails again and again, and what it needs is down', () => {
  const codes = (changes: Partial<HealthInput>) => judgeHealth({ ...base, ...changes }).reasons
  expect(codes({ isSilent: true })).toMatchObject([{ code: 'stalled', level: 'bad' }])
  expect(codes({ failuresInRow: 2, lastError: broke })).toEqual([
    {
      code: 'failed-lately',
      level: 'warning',
      message: 'Restarted after 2 failures. It broke.',
      details: { failures: 2, error: broke },
    },
  ])
  expect(codes({ failuresInRow: 3 })).toMatchObject([{ code: 'crash-loop', level: 'warning' }])
  expect(codes({ state: 'error', failuresInRow: 3, lastError: broke })).toMatchObject([
    { code: 'error', message: 'It broke.' },
    { code: 'crash-loop', level: 'bad', details: { failures: 3, restart: 'none' } },
  ])
  const dependenciesDown = [{ id: 'db', state: 'error' as const }]
  expect(codes({ dependenciesDown })).toMatchObject([{ code: 'dependency-down', level: 'warning' }])
  expect(judgeHealth({ ...base, dependenciesDown }).isHealthy).toBe(true)
})
