import type { PluginFact, PluginState } from '@plugboard/core'
import { expect, test } from 'vitest'
import { IncidentTracker } from './incident-tracker.ts'

const needs: Record<string, string[]> = { user: ['base'], outer: ['user', 'base'] }
const book = (isWanted = true): IncidentTracker => {
  let id = 6
  return new IncidentTracker(
    {
      dependenciesOf: (id) => needs[id] ?? [],
      dependentsOf: (id) => Object.keys(needs).filter((one) => needs[one]!.includes(id)),
      isWanted: () => isWanted,
      evidenceOf: () => ({ exitCode: 1 }),
    },
    { nextId: () => ++id, known: [] },
  )
}

function state(id: string, to: PluginState, at: number, code: string | null = null): PluginFact {
  const error = code === null ? null : { code, message: `${id}: ${code}`, details: null }
  return { type: 'state', node: 'here', id, at, from: 'active', to, error, nextRestartAt: null }
}

test('an incident lasts from the first failure to the recovery; the same failure soon after is the same one', () => {
  const incidents = book()
  expect(incidents.takeFact(state('base', 'error', 1_000, 'PLUGIN_CRASHED'))).toMatchObject({
    id: 7,
    error: { code: 'PLUGIN_CRASHED', message: 'base: PLUGIN_CRASHED', details: null },
    openedAt: 1_000,
    closedAt: null,
    occurrences: 1,
    rootId: null,
    affected: ['user', 'outer'],
    evidence: { exitCode: 1 },
  })
  expect(incidents.takeFact(state('base', 'initializing', 1_100))).toBeNull()
  expect(incidents.takeFact(state('base', 'active', 2_000))).toMatchObject({ id: 7, closedAt: 2_000 })
  expect(incidents.takeFact(state('base', 'error', 3_000, 'PLUGIN_CRASHED'))).toMatchObject({
    id: 7,
    error: { code: 'PLUGIN_CRASHED' },
    closedAt: null,
    occurrences: 2,
  })
  incidents.takeFact(state('base', 'active', 4_000))
  const later = 4_000 + 10 * 60_000 + 1
  expect(incidents.takeFact(state('base', 'error', later, 'PLUGIN_CRASHED'))).toMatchObject({ id: 8, occurrences: 1 })
})

test('a different failure soon after a recovery is a new incident; during an open incident it updates that one', () => {
  const incidents = book()
  incidents.takeFact(state('base', 'error', 1_000, 'ERROR_LIMIT'))
  expect(incidents.takeFact(state('base', 'error', 1_500, 'START_FAILED'))).toMatchObject({
    id: 7,
    error: { code: 'START_FAILED' },
    openedAt: 1_000,
    occurrences: 2,
  })
  incidents.takeFact(state('base', 'active', 2_000))
  expect(incidents.takeFact(state('base', 'error', 3_000, 'PLUGIN_HUNG'))).toMatchObject({ id: 8, openedAt: 3_000 })
})

test('what fails while something it needs is down is folded under the root of the burst', () => {
  const incidents = book()
  incidents.takeFact(state('base', 'error', 1, 'PLUGIN_CRASHED'))
  expect(incidents.takeFact(state('user', 'error', 2, 'ERROR_LIMIT'))).toMatchObject({ id: 8, rootId: 7 })
  expect(incidents.takeFact(state('outer', 'error', 3, 'ERROR_LIMIT'))).toMatchObject({ id: 9, rootId: 7 })
  expect(incidents.takeFact(state('other', 'error', 4, 'ERROR_LIMIT'))).toMatchObject({ id: 10, rootId: null })
})

test('a server restart closes no incident, and a relapse while the dependencies are active has no root', () => {
  const incidents = book()
  incidents.takeFact(state('base', 'error', 1, 'PLUGIN_CRASHED'))
  incidents.takeFact(state('user', 'error', 2, 'ERROR_LIMIT'))
  expect(incidents.takeFact(state('base', 'loaded', 3))).toBeNull()
  incidents.takeFact(state('base', 'active', 4))
  incidents.takeFact(state('user', 'active', 5))
  expect(incidents.takeFact(state('user', 'error', 6, 'ERROR_LIMIT'))).toMatchObject({ id: 8, rootId: null })
})

test('one that nobody wants any more is over', () => {
  const incidents = book(false)
  incidents.takeFact(state('base', 'error', 1, 'PLUGIN_CRASHED'))
  expect(incidents.takeFact(state('base', 'loaded', 5))).toMatchObject({ closedAt: 5 })
  incidents.takeFact(state('user', 'error', 6, 'PLUGIN_CRASHED'))
  expect(incidents.takeFact({ type: 'unloaded', node: 'here', id: 'user', at: 9 })).toMatchObject({ closedAt: 9 })
  expect(incidents.takeFact({ type: 'unloaded', node: 'here', id: 'user', at: 10 })).toBeNull()
})

test('a hang began when the plugin fell silent, not when it was ended for it', () => {
  const incidents = book()
  const responsiveness = (responsive: boolean, at: number): PluginFact => {
    return { type: 'responsiveness', node: 'here', id: 'base', at, responsive }
  }
  incidents.takeFact(responsiveness(false, 4_000))
  expect(incidents.takeFact(state('base', 'error', 6_000, 'PLUGIN_HUNG'))).toMatchObject({
    openedAt: 1_000,
    lastAt: 6_000,
  })
  incidents.takeFact(state('base', 'active', 7_000))
  incidents.takeFact(responsiveness(false, 900_000))
  incidents.takeFact(responsiveness(true, 901_000))
  expect(incidents.takeFact(state('base', 'error', 950_000, 'PLUGIN_HUNG'))).toMatchObject({ openedAt: 950_000 })
})
