import { startPlugin } from '@plugboard/plugin-sdk/testing'
import { expect, test } from 'vitest'
import chaos from './index.ts'

const config = {
  errorShare: 0.5,
  latencyMs: 0,
  crash: 'never',
  crashAfterEvents: 1,
  stall: 'never',
  stallAfterEvents: 1,
  leakMbPerSecond: 0,
} as const
const event = { type: 'x', data: null } as const

test('fails exactly the share that it was told to', async () => {
  await using host = await startPlugin(chaos, { config })
  let failures = 0
  for (let n = 0; n < 100; n += 1) await host.send(event).catch(() => (failures += 1))
  expect(failures).toBe(50)
  await host.updateConfig({ ...config, errorShare: 0 })
  for (let n = 0; n < 100; n += 1) await host.send(event)
  expect(host.plugin.status!()).toEqual({ handled: 200, failed: 50, leakedMb: 0 })
})

test('waits as long as it was told to', async () => {
  await using host = await startPlugin(chaos, { config: { ...config, errorShare: 0, latencyMs: 30 } })
  const before = performance.now()
  await host.send(event)
  expect(performance.now() - before).toBeGreaterThanOrEqual(29)
})

test('takes memory as fast as it was told to, and gives it back when told to stop', async () => {
  await using host = await startPlugin(chaos, { config: { ...config, leakMbPerSecond: 20 } })
  const leaked = () => (host.plugin.status!() as { leakedMb: number }).leakedMb
  await expect.poll(leaked).toBeGreaterThanOrEqual(4)
  await host.updateConfig(config)
  expect(leaked()).toBe(0)
})
