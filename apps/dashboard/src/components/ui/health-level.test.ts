import { expect, test } from 'vitest'
import { healthLevel } from './health-level.ts'

const row = { isHealthy: true, enabled: true, state: 'active', reasonLevel: null, silencedUntil: null } as const

test('off, starting and ill are three things, and a healthy one may carry a warning', () => {
  expect(healthLevel(row)).toBe('healthy')
  expect(healthLevel({ ...row, reasonLevel: 'warning' })).toBe('warning')
  const unwell = { ...row, isHealthy: false }
  expect(healthLevel(unwell)).toBe('unhealthy')
  expect(healthLevel({ ...unwell, state: 'initializing' })).toBe('starting')
  expect(healthLevel({ ...unwell, state: 'unloading' })).toBe('starting')
  expect(healthLevel({ ...unwell, state: 'unloading', enabled: false })).toBe('off')
  expect(healthLevel({ ...unwell, state: 'loaded', enabled: false })).toBe('off')
  expect(healthLevel({ ...unwell, state: 'error' })).toBe('unhealthy')
})

test('of one that is silenced the trouble is known, if it has any', () => {
  const silenced = { ...row, silencedUntil: 1 }
  expect(healthLevel(silenced)).toBe('healthy')
  expect(healthLevel({ ...silenced, reasonLevel: 'warning' })).toBe('known')
  expect(healthLevel({ ...silenced, isHealthy: false })).toBe('known')
  expect(healthLevel({ ...silenced, isHealthy: false, state: 'loaded', enabled: false })).toBe('off')
})
