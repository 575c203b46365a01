import type { HostEvent, PluginFact, PluginState } from '@plugboard/core'
import { expect, test } from 'vitest'
import { PluginFailures } from './plugin-failures.ts'

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

test('a failure is told each time, a recovery once after it, and a disabled plugin recovers from nothing', () => {
  const told: HostEvent[] = []
  let announce: (fact: PluginFact) => void = () => {}
  const onDidChange = (listener: typeof announce) => {
    announce = listener
    return () => {}
  }
  new PluginFailures({ onDidChange }).start({ publish: (event) => told.push(event) }, new AbortController().signal)
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
