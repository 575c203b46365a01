import { expect, test } from 'vitest'
import { LONG } from '../soak.ts'
import { custom, isAlive, lawHolds, untilState, writePlugin } from '../support.ts'
import { createWitnessed } from './witness.ts'

const NEVER = 'return new Promise(() => {})'

test.each([
  ['exit(0)', `process.exit(0)`, 'with code 0'],
  ['exit(1)', `process.exit(1)`, 'with code 1'],
  ['throw null, where nobody catches', `setImmediate(() => { throw null }); ${NEVER}`, 'threw null'],
  ['reject(undefined), unhandled', `Promise.reject(undefined); ${NEVER}`, 'undefined'],
  ['an unhandled rejection', `Promise.reject(new Error('nobody')); ${NEVER}`, 'nobody'],
])('[SV1.a] [EV7.a] %s is a crash that its guardian tells to the last event', LONG, async (_how, act, message) => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const methods = `handleEvent(event: any) { if (event.data === 5) { ${act} } }`
    await manager.loadPlugin(await writePlugin('victim', { events: ['go'], methods }))
    for (let n = 0; n < 20; n += 1) manager.context.eventBus.publish(custom('go', n))
    await untilState(manager, 'victim', 'error')
    const { lastError, stats } = manager.getPlugin('victim')!
    expect(lastError).toMatchObject({ code: 'PLUGIN_CRASHED', message: expect.stringContaining(message) })
    expect(stats).toMatchObject({ eventsProcessed: 6, errorCount: 1, discarded: 14, inDoubt: 0, accepted: 20 })
    expect(manager.getDeadLetters('victim')).toMatchObject([{ reason: 'guest-died', events: [{ data: 5 }] }])
  })
})

test.each(['SIGSEGV', 'SIGKILL', 'SIGABRT'] as const)(
  '[SV1.a] [EV7.b] %s from outside is a crash with that signal; what cannot be told is in doubt',
  LONG,
  async (signal) => {
    const { manager, during } = await createWitnessed()
    await during(async () => {
      const methods = 'handleEvent: () => new Promise((resolve) => setTimeout(resolve, 2))'
      await manager.loadPlugin(await writePlugin('victim', { events: ['go'], methods }))
      for (let n = 0; n < 100; n += 1) manager.context.eventBus.publish(custom('go', n))
      await new Promise((resolve) => setTimeout(resolve, 60))
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

test.each([
  ['throws at import', { top: 'throw new Error("at import")' }, 'START_FAILED', 'at import'],
  ['never answers initialize', { methods: 'initialize: () => new Promise(() => {})' }, 'HOOK_TIMEOUT', 'initialize'],
  ['hangs at import', { top: 'function early() {\n  for (;;);\n}\nearly()' }, 'START_FAILED', 'early'],
  ['exits in start', { methods: 'start() { process.exit(0) }' }, 'START_FAILED', 'with code 0'],
] as const)('[SV1.a] one that %s is in error with that reason', LONG, async (_how, files, code, message) => {
  const { manager, during } = await createWitnessed({
    deadlines: { initializeMs: code === 'HOOK_TIMEOUT' ? 1_500 : 10_000 },
  })
  await during(async () => {
    await expect(writePlugin('victim', files).then((folder) => manager.loadPlugin(folder))).rejects.toMatchObject({
      code,
    })
    const { state, lastError, pid } = manager.getPlugin('victim')!
    expect({ state, pid }).toEqual({ state: 'error', pid: null })
    expect(lastError!.message).toContain(message)
  })
})

test('[LC6.e] one that ignores stop is killed at its deadline', LONG, async () => {
  const { manager, during } = await createWitnessed({ deadlines: { stopMs: 400, handleEventMs: 400 } })
  await during(async () => {
    const methods = 'stop() { for (;;); }'
    await manager.loadPlugin(await writePlugin('victim', { events: ['go'], methods }))
    const pid = manager.getPlugin('victim')!.pid!
    await manager.disablePlugin('victim')
    expect(manager.getPlugin('victim')).toMatchObject({ state: 'loaded', pid: null })
    expect(isAlive(pid)).toBe(false)
  })
})
