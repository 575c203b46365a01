import type { Series } from '@plugboard/protocol'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../test/support.ts'
import { openStore, type Store } from '../store/store.ts'
import type { SampleRow, Subject } from '../store/tables/samples.ts'
import { MetricHistory, rankedOf, resolutionFor } from './metric-history.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const manager: Subject = { node: 'here', kind: 'manager', name: '' }
const subject: Subject = { node: 'here', kind: 'plugin', name: 'one' }

type Live = ConstructorParameters<typeof MetricHistory>[0]['live']

const NOTHING: Live = {
  series: () => ({ at: [], values: {} }),
  total: () => ({ at: [], column: [] }),
  largest: () => ['now'],
}

async function open(live: Partial<Live> = {}): Promise<{ store: Store; history: MetricHistory }> {
  const store = await openStore(await tempFolder())
  const log = pino({ level: 'silent' })
  const history = new MetricHistory({ node: 'here', store, log, live: { ...NOTHING, ...live } })
  onTestFinished(async () => {
    await history.close()
    await store.close()
  })
  return { store, history }
}

const minute = (at: number, mean: number, n = 60): SampleRow => ({
  subject,
  at,
  values: { eventsPerSecond: [n, mean, mean - 1, mean + 1] },
})

test('minutes become hours and days as they come; the same minute in two parts is one', async () => {
  const { store } = await open()
  await store.samples.add([minute(0, 10, 30), minute(0, 20, 30), minute(MINUTE, 5), minute(HOUR, 100)])
  const range = async (period: number) =>
    await store.samples.range({ subject, metric: 'eventsPerSecond', period, from: 0, to: DAY })
  expect(await range(60)).toEqual([
    { at: 0, spanMs: MINUTE, fold: [60, 15, 9, 21] },
    { at: MINUTE, spanMs: MINUTE, fold: [60, 5, 4, 6] },
    { at: HOUR, spanMs: MINUTE, fold: [60, 100, 99, 101] },
  ])
  expect(await range(3_600)).toEqual([
    { at: 0, spanMs: HOUR, fold: [120, 10, 4, 21] },
    { at: HOUR, spanMs: HOUR, fold: [60, 100, 99, 101] },
  ])
  expect(await range(86_400)).toEqual([{ at: 0, spanMs: DAY, fold: [180, 40, 4, 101] }])
  expect(await store.samples.range({ subject, metric: 'p95Ms', period: 60, from: 0, to: 0 })).toEqual([
    { at: 0, spanMs: MINUTE, fold: null },
  ])
  // Time without a figure weighs nothing.
  const silent = { subject, at: 2 * HOUR, values: {} }
  await store.samples.add([
    silent,
    { ...minute(2 * HOUR, 100), at: 2 * HOUR + MINUTE },
    minute(2 * HOUR + 2 * MINUTE, 0),
    silent,
  ])
  expect((await range(3_600)).at(-1)).toMatchObject({ at: 2 * HOUR, fold: [120, 50, -1, 101] })
})

test('the resolution follows the range, and what is still kept', () => {
  const now = 400 * DAY
  const range = (from: number, to: number) => resolutionFor({ from: now - from, to: now - to, points: 100 }, now)
  expect(range(HOUR, 0)).toBe(60)
  expect(range(DAY, 0)).toBe(60)
  expect(range(2 * DAY, DAY)).toBe(3_600)
  expect(range(30 * DAY, 0)).toBe(3_600)
  expect(range(31 * DAY, 30 * DAY)).toBe(86_400)
  expect(range(999 * DAY, 0)).toBe(86_400)
})

test('what is too old goes, at each resolution at its own time; a subject without a past goes too', async () => {
  const { store, history } = await open()
  const now = 400 * DAY
  await store.samples.add([
    minute(now - 366 * DAY, 1),
    minute(now - 31 * DAY, 2),
    minute(now - 2 * DAY, 3),
    minute(now, 4),
  ])
  await store.samples.add([{ ...minute(now - 366 * DAY, 1), subject: { node: 'here', kind: 'topic', name: 'gone' } }])
  // The server ran all the time.
  const ran = (step: number, steps: number) =>
    Array.from({ length: steps + 1 }, (_, n) => ({ ...minute(now - n * step, 1), subject: manager }))
  await store.samples.add([...ran(MINUTE, 1_440), ...ran(HOUR, 720), ...ran(DAY, 365)])
  await history.prune(now)
  const count = async (period: number) =>
    (await store.samples.range({ subject, metric: 'eventsPerSecond', period, from: 0, to: now })).length
  expect([await count(60), await count(3_600), await count(86_400)]).toEqual([1, 2, 3])
  expect(await store.samples.subjects()).toHaveLength(2)
})

test('a clock that is years ahead for an hour costs no more history than that hour', async () => {
  const { store, history } = await open()
  const now = 400 * DAY
  const day = Array.from({ length: 1_440 }, (_, n) => now - n * MINUTE)
  const ahead = Array.from({ length: 60 }, (_, n) => 4_000 * DAY + n * MINUTE)
  await store.samples.add([...day, ...ahead].map((at) => ({ ...minute(at, 1), subject: manager })))
  await store.samples.add(day.map((at) => minute(at, 1)))
  await history.prune(4_000 * DAY + HOUR)
  const kept = await store.samples.range({ subject, metric: 'eventsPerSecond', period: 60, from: 0, to: now })
  expect(kept.length).toBeGreaterThanOrEqual(1_440 - 60)
  expect(await store.samples.recent({ node: 'here', kind: 'manager', from: now - HOUR, to: now })).toHaveLength(61)
})

test('a range is what is on disk and the minute under way', async () => {
  const { store, history } = await open()
  const now = Math.floor(Date.now() / MINUTE) * MINUTE
  await store.samples.add([minute(now - 3 * MINUTE, 2), minute(now - 2 * MINUTE, 4)])
  for (const value of [6, 8]) {
    history.takeSample({
      at: now + value,
      manager: { at: now, values: {} },
      topics: { at: now, values: {} },
      plugins: new Map([['one', { at: now, values: { eventsPerSecond: value } }]]),
    })
  }
  const points = await history.range(subject, 'eventsPerSecond', {
    from: now - 4 * MINUTE,
    to: now + MINUTE,
    points: 5,
  })
  expect(points).toEqual([
    [now - 3 * MINUTE, 2, 1, 3],
    [now - 2 * MINUTE, 4, 3, 5],
    [now - MINUTE, null, null, null],
    [now, 7, 6, 8],
  ])
})

test('a breakdown names what was largest in the range itself, and the total over all', async () => {
  const { store, history } = await open()
  const now = Math.floor(Date.now() / MINUTE) * MINUTE
  const range = { from: now - 4 * MINUTE, to: now, points: 4 }
  const empty = await history.breakdown('topic', 'eventsPerSecond', range)
  expect(empty).toEqual({ lines: [{ name: 'now', points: [] }], total: [] })
  const of = (name: string, at: number, mean: number): SampleRow => ({
    ...minute(at, mean),
    subject: { node: 'here', kind: 'topic', name },
  })
  const names = Array.from({ length: 10 }, (_, index) => `t${index}`)
  await store.samples.add([
    ...names.map((name, index) => of(name, now - 3 * MINUTE, index + 1)),
    of('(other)', now - 3 * MINUTE, 100),
    of('t0', now - 2 * MINUTE, 1_000),
    of('before', now - 9 * MINUTE, 9_999),
  ])
  const { lines, total } = await history.breakdown('topic', 'eventsPerSecond', range)
  expect(lines.map(({ name }) => name)).toEqual(['t0', 't9', 't8', 't7', 't6', 't5', 't4', 't3'])
  expect(lines[0]!.points.map(([, mean]) => mean)).toEqual([1, 1_000])
  expect(total.map(([, mean]) => mean)).toEqual([155, 1_000])
})

test('the gap of a restart is one of the lines and of the total, though the minute that it lies in is on disk', async () => {
  const start = (Math.floor(Date.now() / MINUTE) - 1) * MINUTE
  // One server ran for the first 20 seconds of the minute, the next one from its 40th on.
  const at = [0, 5, 10, 15, ...Array.from({ length: 20 }, (_, index) => 40 + index)].map((s) => start + s * 1_000)
  const column = at.map(() => 7)
  const { store, history } = await open({
    series: () => ({ at, values: { memoryBytes: column } }),
    total: () => ({ at, column: column.map((value) => 2 * value) }),
    largest: () => ['one'],
  })
  await store.samples.add([{ subject, at: start, values: { memoryBytes: [20, 7, 7, 7] } }])
  const range = { from: start - 10_000, to: start + MINUTE, points: 70 }
  const { lines, total } = await history.breakdown('plugin', 'memoryBytes', range)
  const gaps = (points: readonly (readonly [number, number | null, ...unknown[]])[]): number[] =>
    points.flatMap(([moment, mean]) => (mean === null ? [moment] : []))
  expect(gaps(lines[0]!.points)).toEqual([start + 16_000])
  expect(gaps(total)).toEqual(gaps(lines[0]!.points))
  expect(total.map(([moment]) => moment)).toEqual(lines[0]!.points.map(([moment]) => moment))
})

test('between what is on disk and what is in memory there is no gap, and nothing twice', async () => {
  const now = Math.floor(Date.now() / MINUTE) * MINUTE + 30_000
  const liveFrom = now - 15 * MINUTE
  const seconds = Array.from({ length: 900 }, (_, n) => liveFrom + n * 1_000)
  const { store, history } = await open({
    series: () => ({ at: seconds, values: { eventsPerSecond: seconds.map(() => 7) } }),
  })
  const minutes = Array.from({ length: 60 }, (_, n) => minute(Math.floor(now / MINUTE) * MINUTE - n * MINUTE, 5))
  await store.samples.add(minutes)
  for (const points of [100, 150, 300]) {
    const buckets = await history.range(subject, 'eventsPerSecond', { from: now - 40 * MINUTE, to: now, points })
    expect(buckets.filter(([, mean]) => mean === null)).toEqual([])
    // 5 is on disk and 7 in memory: at most one interval may lie in both.
    expect(buckets.filter(([, mean]) => mean !== 5 && mean !== 7).length).toBeLessThanOrEqual(1)
  }
})

test('a mean weighs what was before a restart by its time, not by its points', () => {
  // 40 points of five seconds at 100 %, then 100 of one second at 0 %.
  const at = [
    ...Array.from({ length: 40 }, (_, index) => index * 5_000),
    ...Array.from({ length: 100 }, (_, index) => 200_000 + index * 1_000),
  ]
  const cpuPercent = at.map((moment) => (moment < 200_000 ? 100 : 0))
  const series: Record<string, Series> = {
    busy: { at, values: { cpuPercent } },
    idle: { at, values: { cpuPercent: at.map(() => 1) } },
    off: { at, values: { cpuPercent: at.map(() => null) } },
  }
  const ranking = rankedOf(['off', 'idle', 'busy'], (id) => series[id]!, { metric: 'cpuPercent', from: 0, to: 300_000 })
  expect(ranking).toEqual([
    { id: 'busy', mean: expect.closeTo(66.7, 1), max: 100 },
    { id: 'idle', mean: 1, max: 1 },
  ])
})

test('plugins are ranked by what is kept of them, each minute by its samples', async () => {
  const { store, history } = await open()
  const now = Math.floor(Date.now() / HOUR) * HOUR
  const of = (name: string, at: number, mean: number, n = 60): SampleRow => ({
    ...minute(at, mean, n),
    subject: { ...subject, name },
  })
  await store.samples.add([
    of('one', now - 2 * MINUTE, 100, 60),
    of('one', now - MINUTE, 0, 20),
    of('two', now - 2 * MINUTE, 80),
    of('two', now - MINUTE, 80),
  ])
  const asked = { ids: [], from: now - 10 * MINUTE, to: now }
  expect(await history.ranking('eventsPerSecond', asked)).toMatchObject([
    { id: 'two', mean: 80 },
    { id: 'one', mean: 75 },
  ])
})
