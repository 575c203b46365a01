import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { acting, createManager, loadActor, until } from './support.ts'

const HOUR_MS = 3_600_000

let offsetMs = 0
beforeEach(() => {
  offsetMs = 0
  const real = Date.now.bind(Date)
  vi.spyOn(Date, 'now').mockImplementation(() => real() + offsetMs)
})
afterEach(() => void vi.restoreAllMocks())

test('a clock that is set forward and back changes no uptime, no error rate and no wait before a restart', async () => {
  const manager = await createManager({ restartPolicy: 'on-crash' })
  await loadActor(manager, 'one')
  const plugin = () => manager.getPlugin('one')!
  await manager.broadcastEvent(acting({ act: 'throw', message: 'first' }))
  await manager.broadcastEvent(acting({ act: 'return' }))
  expect(plugin().stats.errorRate60s).toBe(0.5)

  for (const offset of [8 * HOUR_MS, -HOUR_MS, -2_000, 0]) {
    offsetMs = offset
    await manager.broadcastEvent(acting({ act: 'return' }))
    const { health, stats, activeSince } = plugin()
    expect(health.uptimeSeconds).toBeGreaterThan(0)
    expect(health.uptimeSeconds).toBeLessThan(60)
    expect(stats.errorRate60s).toBeGreaterThan(0)
    // What happens later is never dated earlier.
    expect(stats.lastActivity).toBeGreaterThanOrEqual(activeSince!)
  }

  offsetMs = 0
  for (const offset of [8 * HOUR_MS, -HOUR_MS]) {
    const { restarts } = plugin().stats.lifetime
    await manager.broadcastEvent(acting({ act: 'exit', code: 1 }))
    offsetMs = offset
    await until(() => plugin().stats.lifetime.restarts > restarts && plugin().state === 'active')
  }
})
