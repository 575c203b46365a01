import { expect, test } from 'vitest'
import { canTransition, TRANSITIONS, type PluginState } from './state.ts'

const states = Object.keys(TRANSITIONS) as PluginState[]

test('[LC1.a] every state can be left, and every state but unloaded leads back to it', () => {
  const reaches = (from: PluginState, seen = new Set<PluginState>()): boolean =>
    from === 'unloaded' ||
    (!seen.has(from) && TRANSITIONS[from].some((next) => reaches(next, new Set([...seen, from]))))
  for (const state of states) {
    expect(TRANSITIONS[state].length).toBeGreaterThan(0)
    expect(reaches(state)).toBe(true)
  }
})

test('[LC1.a] active is reached through initializing only', () => {
  expect(states.filter((state) => canTransition(state, 'active'))).toEqual(['initializing'])
})

test('[LC1.a] nothing stays where it is by a transition', () => {
  for (const state of states) expect(canTransition(state, state)).toBe(false)
})
