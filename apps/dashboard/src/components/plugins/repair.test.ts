import { expect, test } from 'vitest'
import { repairsOf, type Repair } from './repair'

function kinds(code: string, error?: { code: string; details?: unknown }): string[] {
  const details = error ? { error: { message: '', details: null, ...error } } : null
  return repairsOf({ code, details }).map((repair: Repair) => (repair.kind === 'open' ? repair.tab : repair.kind))
}

test('a missing permission is granted, an invalid config is edited: a restart would change nothing', () => {
  expect(kinds('error', { code: 'PERMISSION_DENIED', details: { missing: ['NetworkAccess'] } })).toEqual([
    'grant',
    'permissions',
  ])
  expect(kinds('error', { code: 'CONFIG_INVALID' })).toEqual(['config'])
  expect(kinds('error', { code: 'DEPENDENCY_UNMET' })).toEqual(['dependencies'])
})

test('what is wrong on disk is read again once it is mended', () => {
  expect(kinds('error', { code: 'PATH_NOT_FOUND' })).toEqual(['reread'])
  expect(kinds('error', { code: 'METADATA_INVALID' })).toEqual(['reread'])
})

test('a full queue and events that fail are looked at; what no longer works is restarted', () => {
  expect(kinds('dropping-events')).toEqual(['overview', 'performance'])
  expect(kinds('error-rate')).toEqual(['deadLetters'])
  expect(kinds('stalled')[0]).toBe('restart')
  expect(kinds('error', { code: 'PLUGIN_CRASHED' })[0]).toBe('restart')
  expect(kinds('error')[0]).toBe('restart')
})

test('a reason of a newer server still has a repair', () => {
  expect(kinds('something-new')).toEqual(['restart'])
})
