import { expect, test } from 'vitest'
import { activeShare, stateSpans } from './state-spans'

const at = (state: 'active' | 'error' | 'loaded' | 'initializing', moment: number) => ({
  at: moment,
  state,
  error: null,
})

test('a history is cut to the frame, and what was before its first entry is a gap', () => {
  const spans = stateSpans([at('initializing', 0), at('active', 20), at('error', 60)], { from: 10, to: 110 })
  expect(spans.map(({ state, start, width }) => [state, start, width])).toEqual([
    ['initializing', 0, 0.1],
    ['active', 0.1, 0.4],
    ['error', 0.5, 0.5],
  ])
  expect(stateSpans([at('active', 60)], { from: 10, to: 110 })[0]).toMatchObject({ start: 0.5, until: null })
  // The frame may end in the future.
  expect(stateSpans([at('active', 60)], { from: 10, to: 110, now: 80 })[0]).toMatchObject({ width: 0.2, until: null })
})

test('uptime is the share of the time that it was meant to run', () => {
  const frame = { from: 0, to: 100 }
  expect(activeShare(stateSpans([at('loaded', 0), at('initializing', 40), at('active', 50)], frame))).toBe(1)
  expect(activeShare(stateSpans([at('active', 0), at('error', 75)], frame))).toBe(0.75)
  expect(activeShare(stateSpans([at('loaded', 0)], frame))).toBeNull()
})
