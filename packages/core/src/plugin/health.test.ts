import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeHealth, type HealthInput } from './health.ts'
import { TRANSITIONS, type PluginState } from './state.ts'

const NOTHING_LOST = {
  seconds: 60,
  accepted: 366,
  processed: 366,
  dropped: 0,
  discarded: 0,
  inDoubt: 0,
  missed: 0,
  evicted: 0,
  refused: 0,
  droppingSince: null,
}

const base: HealthInput = {
  id: 'one',
  state: 'active',
  activeForMs: 60_000,
  eventsProcessed: 100,
  errorCount: 0,
  errorsTowardLimit: 0,
  errorLimit: 10,
  memoryUsageBytes: null,
  memoryBudgetBytes: 1_000,
  mailboxDepth: 0,
  mailboxCapacity: 100,
  mailboxBytes: 0,
  mailboxCapacityBytes: 16 * 1_048_576,
  lastMinute: NOTHING_LOST,
  lastError: null,
  isSilent: false,
  degraded: null,
  lostSecrets: [],
  failuresInRow: 0,
  nextRestartAt: null,
  dependenciesDown: [],
  dependenciesChanged: [],
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
    { depth: 95, capacity: 100, bytes: 0, capacityBytes: 16 * 1_048_576 },
    { usedBytes: 0, budgetBytes: 1_000 },
  ])
  expect(judgeHealth(base).reasons).toEqual([])
})

test('says that it is silent, that it fails again and again, and what it needs is down', () => {
  const codes = (changes: Partial<HealthInput>) => judgeHealth({ ...base, ...changes }).reasons
  expect(codes({ degraded: 'No answer.' })).toEqual([
    { code: 'degraded', level: 'warning', message: 'No answer.', details: { said: 'No answer.' } },
  ])
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

test('lost events are a warning, with the rates that explain it; the plugin stays healthy', () => {
  const lastMinute = { ...NOTHING_LOST, processed: 234, dropped: 132, droppingSince: 5_000 }
  const { isHealthy, reasons } = judgeHealth({ ...base, lastMinute })
  expect(isHealthy).toBe(true)
  expect(reasons).toEqual([
    {
      code: 'dropping-events',
      level: 'warning',
      message: '6.1 events/s arrive, 3.9/s are handled, 2.2/s are dropped.',
      details: { arrivesPerSecond: 6.1, handlesPerSecond: 3.9, dropsPerSecond: 2.2, since: 5_000 },
    },
  ])
})

test('what a stop discarded, what a death left in doubt and what was refused are warnings, also in error', () => {
  const lastMinute = { ...NOTHING_LOST, discarded: 1_234, inDoubt: 5, missed: 7, evicted: 4, refused: 8 }
  const { reasons } = judgeHealth({ ...base, state: 'error', lastError: broke, lastMinute })
  expect(reasons.map(({ code, level, details }) => [code, level, details])).toEqual([
    ['error', 'bad', { error: broke }],
    ['lost-events', 'warning', { discarded: 1_200, inDoubt: 5, missed: 7 }],
    ['dead-letters-evicted', 'warning', { evicted: 4 }],
    ['publishes-refused', 'warning', { refused: 8 }],
  ])
})

test('secrets that are lost with their key are a warning, whatever the state is', () => {
  for (const state of ['active', 'loaded', 'error'] as const) {
    const { reasons } = judgeHealth({ ...base, state, lostSecrets: ['/token'] })
    expect(reasons).toContainEqual({
      code: 'secrets-lost',
      level: 'warning',
      message: 'Secrets of its config are lost with their key: set /token again.',
      details: { lost: ['/token'] },
    })
  }
})
