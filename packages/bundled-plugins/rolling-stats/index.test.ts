import { startPlugin } from '@plugboard/plugin-sdk/testing'
import { expect, test } from 'vitest'
import rollingStats from './index.ts'
import { MovingWindow, percentile } from './window.ts'

const config = { windowSeconds: 60, publishEverySeconds: 10, metrics: [] }

test('publishes the percentiles of each metric, every so many seconds', async () => {
  let now = 0
  await using host = await startPlugin(rollingStats, { config, now: () => now })
  for (let second = 0; second <= 20; second += 1) {
    now = second * 1_000
    await host.send({ type: 'performance.update', data: { metric: 'cpu', value: second } })
  }
  expect(host.published).toMatchObject([
    { type: 'stats.rolling', data: { metric: 'cpu', count: 11, min: 0, max: 10, p50: 5, p95: 10 } },
    { type: 'stats.rolling', data: { metric: 'cpu', count: 21, max: 20, mean: 10 } },
  ])
})

test('follows the metrics that its config names, and forgets the others', async () => {
  await using host = await startPlugin(rollingStats, {
    config: { ...config, metrics: ['cpu'], publishEverySeconds: 1 },
    now: tick(),
  })
  for (let n = 0; n < 5; n += 1) {
    await host.send({ type: 'performance.update', data: { metric: 'cpu', value: n } })
    await host.send({ type: 'performance.update', data: { metric: 'memory', value: n } })
  }
  expect(Object.keys((host.plugin.status!() as { metrics: object }).metrics)).toEqual(['cpu'])
  await host.updateConfig({ ...config, metrics: ['memory'] })
  expect(host.plugin.status!()).toEqual({ metrics: {} })
})

test('a window holds the last seconds', () => {
  const window = new MovingWindow()
  window.add(0, 100)
  window.add(50_000, 1)
  expect(window.summarize(55_000, 60)).toMatchObject({ count: 2, max: 100 })
  expect(window.summarize(70_000, 60)).toMatchObject({ count: 1, max: 1 })
  expect(window.summarize(200_000, 60)).toBeNull()
  expect([percentile([1, 2, 3, 4], 0.5), percentile([1], 0.99)]).toEqual([2, 1])
})

function tick(): () => number {
  let now = 0
  return () => (now += 1_000)
}
