import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Store } from '../store/store.ts'
import type { LogLevelRow } from '../store/tables/logs.ts'
import { LogStore } from './log-store.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function setUp(stored: readonly LogLevelRow[] = []) {
  const written: LogLevelRow[] = []
  const announced: LogLevelRow[] = []
  const logs = {
    levels: () => Promise.resolve(stored),
    setLevel: (row: LogLevelRow) => Promise.resolve(void written.push(row)),
    sweep: () => Promise.resolve(),
  }
  const store = await LogStore.open({
    store: { logs } as unknown as Store,
    log: pino({ level: 'silent' }),
    onFallBack: (row) => void announced.push(row),
  })
  return { store, written, announced }
}

test('a level that is set for some minutes falls back after them', async () => {
  const { store, written, announced } = await setUp()
  await store.setLevel('one', 'debug', 5)
  vi.advanceTimersByTime(5 * 60_000 - 1)
  expect(store.levelOf('one')).toMatchObject({ level: 'debug' })
  vi.advanceTimersByTime(1)
  const fallen = { pluginId: 'one', level: 'info', fallBack: null }
  expect(store.levelOf('one')).toEqual(fallen)
  expect([announced, written.at(-1)]).toEqual([[fallen], fallen])
})

test('a second level for some minutes falls back to the level before the first one', async () => {
  const { store } = await setUp()
  await store.setLevel('one', 'warn')
  await store.setLevel('one', 'debug', 5)
  await store.setLevel('one', 'info', 1)
  vi.advanceTimersByTime(60_000)
  expect(store.levelOf('one')).toMatchObject({ level: 'warn', fallBack: null })
})

test('a level whose time passed while no server ran falls back at the start', async () => {
  const { store } = await setUp([{ pluginId: 'one', level: 'debug', fallBack: { to: 'error', at: Date.now() - 1 } }])
  vi.advanceTimersByTime(0)
  expect(store.levelOf('one')).toMatchObject({ level: 'error', fallBack: null })
})

test('the level of a plugin that was unloaded is forgotten, and falls back to nothing', async () => {
  const { store, written, announced } = await setUp()
  await store.setLevel('one', 'debug', 5)
  store.forget('one')
  store.forget('another')
  vi.advanceTimersByTime(5 * 60_000)
  const common = { pluginId: 'one', level: 'info', fallBack: null }
  expect(store.levelOf('one')).toEqual(common)
  expect([announced, written.slice(1)]).toEqual([[], [common]])
})
