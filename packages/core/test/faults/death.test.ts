import { expect, test } from 'vitest'
import { LONG } from '../soak.ts'
import type { Act, ActorConfig } from '../plugins/actor.ts'
import { acting, custom, isAlive, lawHolds, load, loadActor, statsOf, until, untilState } from '../support.ts'
import { createWitnessed } from './witness.ts'

test.each<[string, Act, string]>([
  ['exit(0)', { act: 'exit', code: 0 }, 'with code 0'],
  ['exit(1)', { act: 'exit', code: 1 }, 'with code 1'],
  ['throw null, where nothing catches', { act: 'throw uncaught', value: 'null' }, 'threw null'],
  ['reject(undefined), unhandled', { act: 'reject unhandled', value: 'undefined' }, 'undefined'],
  ['an unhandled rejection', { act: 'reject unhandled', value: 'an error' }, 'rejected where nothing catches'],
])(
  '[SV1.a] [EV7.a] %s is a crash, and its guardian reports exactly which events were handled',
  LONG,
  async (_how, act, message) => {
    const { manager, during } = await createWitnessed()
    await during(async () => {
      await loadActor(manager, 'victim', {}, { events: ['go'] })
      for (let n = 0; n < 20; n += 1) manager.context.eventBus.publish(n === 5 ? acting(act, 'go') : custom('go', n))
      await untilState(manager, 'victim', 'error')
      const { lastError, stats } = manager.getPlugin('victim')!
      expect(lastError).toMatchObject({ code: 'PLUGIN_CRASHED', message: expect.stringContaining(message) })
      expect(stats).toMatchObject({ eventsProcessed: 6, errorCount: 1, discarded: 14, inDoubt: 0, accepted: 20 })
      expect(manager.getDeadLetters('victim')).toMatchObject([{ reason: 'guest-died', events: [{ data: act }] }])
    })
  },
)

test.each(['SIGSEGV', 'SIGKILL', 'SIGABRT'] as const)(
  '[SV1.a] [EV7.b] %s from outside is a crash with that signal; what cannot be told is in doubt',
  LONG,
  async (signal) => {
    const { manager, during } = await createWitnessed()
    await during(async () => {
      await loadActor(manager, 'victim', { handleEvent: { act: 'wait', ms: 2 } }, { events: ['go'] })
      for (let n = 0; n < 100; n += 1) manager.context.eventBus.publish(custom('go', n))
      await until(() => statsOf(manager, 'victim').eventsProcessed > 0)
      process.kill(manager.getPlugin('victim')!.pid!, signal)
      await untilState(manager, 'victim', 'error')
      const { lastError, stats } = manager.getPlugin('victim')!
      expect(lastError).toMatchObject({
        code: 'PLUGIN_CRASHED',
        report: { signal },
        message: expect.stringContaining(signal),
      })
      expect(stats.inDoubt).toBeGreaterThan(0)
      expect(stats.accepted).toBe(100)
      expect(lawHolds(stats)).toBe(true)
    })
  },
)

test.each<[string, string, ActorConfig, string, string]>([
  ['throws at import', 'throws-at-import', {}, 'START_FAILED', 'at import'],
  ['never answers initialize', 'actor', { initialize: { act: 'never settle' } }, 'HOOK_TIMEOUT', 'initialize'],
  ['hangs at import', 'loops-at-import', {}, 'START_FAILED', 'early'],
  ['exits in start', 'actor', { start: { act: 'exit', code: 0 } }, 'START_FAILED', 'with code 0'],
])('[SV1.a] one that %s is in error with that reason', LONG, async (_how, plugin, config, code, message) => {
  const { manager, during } = await createWitnessed({
    deadlines: { initializeMs: code === 'HOOK_TIMEOUT' ? 1_500 : 10_000 },
  })
  await during(async () => {
    await expect(load(manager, 'victim', { plugin }, { config })).rejects.toMatchObject({ code })
    const { state, lastError, pid } = manager.getPlugin('victim')!
    expect({ state, pid }).toEqual({ state: 'error', pid: null })
    expect(lastError!.message).toContain(message)
  })
})

test('[LC6.e] one that ignores stop is killed at its deadline', LONG, async () => {
  const { manager, during } = await createWitnessed({ deadlines: { stopMs: 400, handleEventMs: 400 } })
  await during(async () => {
    await loadActor(manager, 'victim', { stop: { act: 'loop for ever' } }, { events: ['go'] })
    const pid = manager.getPlugin('victim')!.pid!
    const began = performance.now()
    await manager.disablePlugin('victim')
    expect(performance.now() - began).toBeLessThan(4_000)
    expect(manager.getPlugin('victim')).toMatchObject({ state: 'loaded', pid: null })
    expect(isAlive(pid)).toBe(false)
  })
})
