import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { API, OWNER, setUp, signIn } from './accounts-support.ts'
import { ask, startApp } from './support.ts'

const HOUR_MS = 3_600_000

let offsetMs = 0
beforeEach(() => {
  offsetMs = 0
  const real = Date.now.bind(Date)
  vi.spyOn(Date, 'now').mockImplementation(() => real() + offsetMs)
})
afterEach(() => void vi.restoreAllMocks())

test('a clock that is set back by an hour locks nobody out', async () => {
  const app = await startApp()
  await setUp(app)
  for (let n = 0; n < 6; n += 1) await signIn(app, OWNER.email, `wrong password ${n}`)
  offsetMs = -HOUR_MS
  const refused = await signIn(app, OWNER.email, OWNER.password)
  expect(Number(refused.headers.get('retry-after') ?? 0)).toBeLessThan(60)
  await expect
    .poll(async () => (await signIn(app, OWNER.email, OWNER.password)).status, { timeout: 20_000, interval: 500 })
    .toBe(200)
})

test('rates and sparklines stay true when the clock is set back and forward', async () => {
  const app = await startApp({ PLUGBOARD_BUNDLED: 'chaos' })
  await ask(app, 'POST', `${API}/plugins/chaos/enable`)
  for (const offset of [0, -2_000, -HOUR_MS, 0, 8 * HOUR_MS]) {
    offsetMs = offset
    await app.manager.broadcastEvent({ type: 'custom.tick', data: null })
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const { body: plugin } = await ask(app, 'GET', `${API}/plugins/chaos`)
    expect(plugin.health.uptimeSeconds).toBeLessThan(60)
    const { body: sparklines } = await ask(app, 'POST', `${API}/sparklines`, { body: { ids: ['chaos'] } })
    expect(sparklines.chaos.length).toBeLessThanOrEqual(61)
    expect(Math.max(...sparklines.chaos)).toBeLessThan(50)
  }
})
