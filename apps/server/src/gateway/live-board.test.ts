import type { ManagerSnapshot } from '@plugboard/core'
import { TOPIC_CODECS, type BoardDelta, type LogOutputView, type WireError } from '@plugboard/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Snapshots } from '../telemetry/snapshots.ts'
import { LiveBoard } from './live-board.ts'
import { TopicHub } from './topic-hub.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

interface Fake {
  readonly id: string
  state?: string
  eventsProcessed?: number
}

/** A board of plugins that the test changes. */
function setUp(plugins: Fake[] = []) {
  const state = {
    published: 0,
    storeTrouble: null as WireError | null,
    logOutput: { trouble: null, lostLines: 0 } as LogOutputView,
  }
  const snapshot = (): ManagerSnapshot =>
    ({
      stats: { totalPlugins: plugins.length },
      plugins: plugins.map(({ id, state = 'active', eventsProcessed = 0 }) => ({
        node: 'here',
        metadata: { id, name: id },
        state,
        health: { isHealthy: true, reasons: [] },
        lastError: null,
        stats: {
          eventsProcessed,
          lifetime: { restarts: 0 },
          lastMinute: { dropped: 0, discarded: 0, inDoubt: 0, missed: 0 },
        },
      })),
    }) as unknown as ManagerSnapshot
  const deltas: BoardDelta[] = []
  const hub = new TopicHub()
  hub.connect({
    hasListeners: () => true,
    emit: ({ delta }) => void deltas.push(delta as BoardDelta),
    resync: () => {},
  })
  const snapshots = new Snapshots({ snapshot }, () => Date.now())
  const board = new LiveBoard({
    snapshots,
    eventBus: { getStats: () => ({ totalPublished: state.published, totalSubscribers: 0, eventsByType: {} }) },
    sampler: { lastOf: () => undefined },
    silences: { of: () => null },
    hub,
    readTrouble: () => state.storeTrouble,
    readLogOutput: () => state.logOutput,
  })
  const { decode, merge } = TOPIC_CODECS.board
  /** What a client shows that got this snapshot and all later deltas. */
  const clientFrom = (first: ReturnType<LiveBoard['snapshot']>, seen = deltas.length) => {
    return () => deltas.slice(seen).reduce((client, delta) => merge(client, delta), decode(first))
  }
  const flush = (): void => {
    snapshots.take()
    board.flush()
  }
  return { plugins, state, deltas, board, decode, clientFrom, flush }
}

test('snapshot and deltas together show what a new snapshot shows', () => {
  const { plugins, state, board, decode, clientFrom, flush } = setUp([{ id: 'one' }, { id: 'two' }])
  flush()
  const client = clientFrom(board.snapshot())
  plugins[0]!.eventsProcessed = 40
  flush()
  plugins.push({ id: 'three', state: 'error' })
  plugins.splice(1, 1)
  flush()
  state.published = 7
  plugins[0]!.state = 'loaded'
  flush()
  expect(client()).toEqual(decode(board.snapshot()))
  expect([...client().rows.values()].map(({ id, state: shown }) => [id, shown])).toEqual([
    ['one', 'loaded'],
    ['three', 'error'],
  ])
})

test('nothing is sent while nothing changes', () => {
  const { deltas, flush } = setUp([{ id: 'one' }])
  flush()
  const count = deltas.length
  flush()
  flush()
  expect(deltas).toHaveLength(count)
})

test('changes of a tenth of a second travel together', () => {
  const { plugins, deltas, board, flush } = setUp([{ id: 'one' }])
  flush()
  const count = deltas.length
  vi.advanceTimersByTime(2_000)
  for (const state of ['unloading', 'initializing', 'active', 'error']) {
    plugins[0]!.state = state
    board.flushSoon()
  }
  vi.advanceTimersByTime(99)
  expect(deltas).toHaveLength(count)
  vi.advanceTimersByTime(1)
  expect(deltas).toHaveLength(count + 1)
  vi.advanceTimersByTime(1_000)
  expect(deltas).toHaveLength(count + 1)
})

test('a plugin that is loaded again is a new row: its numbers must not be added to those of the former one', () => {
  const { plugins, deltas, flush } = setUp([{ id: 'one', eventsProcessed: 500 }])
  flush()
  const former = plugins.pop()!
  flush()
  plugins.push({ ...former, eventsProcessed: 3 })
  flush()
  expect(deltas.at(-2)).toMatchObject({ removed: [1] })
  expect(deltas.at(-1)!.added!.map(([handle]) => handle)).toEqual([2])
})

test('trouble with the database is told once, and its end too', () => {
  const { state, deltas, flush } = setUp()
  flush()
  state.storeTrouble = { code: 'STORE_FULL', message: 'The disk is full.' } as unknown as WireError
  flush()
  flush()
  state.storeTrouble = null
  flush()
  expect(deltas.filter((delta) => 'storeTrouble' in delta).map(({ storeTrouble }) => storeTrouble?.message)).toEqual([
    'The disk is full.',
    undefined,
  ])
})

test('lost lines of the log are told once for each change, and stay told after the trouble is over', () => {
  const { state, deltas, board, decode, clientFrom, flush } = setUp()
  flush()
  const client = clientFrom(board.snapshot())
  state.logOutput = { trouble: 'full', lostLines: 3 }
  flush()
  flush()
  state.logOutput = { trouble: null, lostLines: 3 }
  flush()
  expect(deltas.flatMap(({ logOutput }) => logOutput ?? [])).toEqual([
    { trouble: 'full', lostLines: 3 },
    { trouble: null, lostLines: 3 },
  ])
  expect(client()).toEqual(decode(board.snapshot()))
})
