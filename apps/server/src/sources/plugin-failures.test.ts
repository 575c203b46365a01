import type { HostEvent, PluginFact, PluginState } from '@plugboard/core'
import { expect, test } from 'vitest'
import { PluginFailures, type Silenced } from './plugin-failures.ts'

const fact = (from: PluginState, to: PluginState, code: string | null = null): PluginFact => ({
  type: 'state',
  node: 'here',
  id: 'one',
  at: 0,
  from,
  to,
  error: code === null ? null : { code, message: 'why', details: null },
  nextRestartAt: null,
})

/** The source with what it listens to, and what it has published. */
function started(): {
  readonly told: HostEvent[]
  readonly announce: (fact: PluginFact) => void
  readonly silence: (isSilenced: boolean) => void
} {
  const told: HostEvent[] = []
  let announce: (fact: PluginFact) => void = () => {}
  let change: Parameters<Silenced['onDidChange']>[0] = () => {}
  let isSilenced = false
  const manager = { onDidChange: (listener: typeof announce) => ((announce = listener), () => {}) }
  const silences = {
    holdBack: () => isSilenced,
    onDidChange: (listener: typeof change) => ((change = listener), () => {}),
  }
  new PluginFailures(manager, silences).start({ publish: (event) => told.push(event) }, new AbortController().signal)
  return {
    told,
    announce: (one) => announce(one),
    silence: (next) => {
      isSilenced = next
      const silence = { id: 'one', at: 0, until: 1, by: 'ada', note: '', heldBack: 0 }
      change({ pluginId: 'one', silence: next ? silence : null })
    },
  }
}

test('a failure is told each time, a recovery once after it, and a disabled plugin recovers from nothing', () => {
  const { told, announce } = started()
  for (const one of [
    fact('initializing', 'active'),
    fact('active', 'error', 'PLUGIN_CRASHED'),
    fact('error', 'initializing'),
    fact('initializing', 'error', 'START_FAILED'),
    fact('error', 'initializing'),
    fact('initializing', 'active'),
    fact('active', 'error', 'PLUGIN_HUNG'),
    fact('error', 'unloading'),
    fact('unloading', 'loaded'),
    fact('loaded', 'initializing'),
    fact('initializing', 'active'),
  ]) {
    announce(one)
  }
  expect(told.map(({ type, data }) => [type, data])).toEqual([
    ['plugin.failed', { id: 'one', code: 'PLUGIN_CRASHED', message: 'why', nextRestartAt: null }],
    ['plugin.failed', { id: 'one', code: 'START_FAILED', message: 'why', nextRestartAt: null }],
    ['plugin.recovered', { id: 'one' }],
    ['plugin.failed', { id: 'one', code: 'PLUGIN_HUNG', message: 'why', nextRestartAt: null }],
  ])
})

test('of a silenced plugin nothing is told; when the silence ends, the failure that is still there', () => {
  const { told, announce, silence } = started()
  silence(true)
  announce(fact('active', 'error', 'PLUGIN_CRASHED'))
  announce(fact('error', 'initializing'))
  announce(fact('initializing', 'active'))
  silence(false)
  expect(told).toEqual([])
  silence(true)
  announce(fact('active', 'error', 'PLUGIN_CRASHED'))
  announce(fact('initializing', 'error', 'START_FAILED'))
  silence(false)
  announce(fact('initializing', 'active'))
  expect(told.map(({ type, data }) => [type, (data as { code?: string }).code])).toEqual([
    ['plugin.failed', 'START_FAILED'],
    ['plugin.recovered', undefined],
  ])
})
