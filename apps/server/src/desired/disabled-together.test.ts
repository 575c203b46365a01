import { expect, test } from 'vitest'
import type { PluginRow } from '../store/tables/plugins.ts'
import { disabledSets } from './disabled-together.ts'

function row(id: string, disabled: PluginRow['disabled'], desired: PluginRow['desired'] = 'loaded'): PluginRow {
  return { id, path: `/${id}`, desired, disabled, setup: {} as PluginRow['setup'] }
}

test('those that one person disabled in one go are a set, the last one first, also when each took its time to stop', () => {
  const rows = [
    row('early', { at: 0, by: 'mira' }),
    row('earlier', { at: -30_000, by: 'mira' }),
    row('one', { at: 100_000, by: 'mira' }),
    row('two', { at: 150_000, by: 'mira' }),
    row('three', { at: 205_000, by: 'mira' }),
  ]
  expect(disabledSets(rows)).toEqual([
    { at: 205_000, by: 'mira', ids: ['three', 'two', 'one'] },
    { at: 0, by: 'mira', ids: ['early', 'earlier'] },
  ])
})

test('a set ends where somebody else disabled one', () => {
  const rows = [row('one', { at: 1, by: 'mira' }), row('two', { at: 2, by: 'jo' }), row('three', { at: 3, by: 'mira' })]
  expect(disabledSets(rows)).toEqual([
    { at: 3, by: 'mira', ids: ['three'] },
    { at: 2, by: 'jo', ids: ['two'] },
    { at: 1, by: 'mira', ids: ['one'] },
  ])
})

test('what is enabled again, was unloaded, or was disabled before this was stored is in no set', () => {
  const rows = [row('one', null, 'active'), row('two', { at: 2, by: 'jo' }, 'unloaded'), row('three', null)]
  expect(disabledSets(rows)).toEqual([])
})
