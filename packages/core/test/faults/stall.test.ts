import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LONG } from '../soak.ts'
import { custom, isAlive, lawHolds, untilState, writePlugin } from '../support.ts'
import { createWitnessed } from './witness.ts'

test.each([
  ['a loop', 'function spin() {\n  for (;;);\n}', 'spin()', { function: 'spin', source: 'for (;;);' }],
  [
    'a loop of microtasks',
    'async function again(): Promise<void> {\n  for (;;) await 0\n}',
    'return again()',
    { function: 'again', source: 'for (;;) await 0' },
  ],
  [
    'an array loop that V8 would unroll',
    'function fill() {\n  for (;;) new Array(1000).fill(1.5)\n}',
    'fill()',
    { function: 'fill', source: 'for (;;) new Array(1000).fill(1.5)' },
  ],
  [
    'a backtracking pattern',
    'function match() {\n  return /^(a+)+$/.test("a".repeat(64) + "!")\n}',
    'match()',
    { function: 'match', source: expect.stringContaining('/^(a+)+$/') },
  ],
])('[SV1.c] %s in a handler: named as a hang, with its line, and ended', LONG, async (_what, top, act, code) => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const folder = await writePlugin('victim', {
      events: ['go'],
      top,
      methods: `handleEvent(event: any) { if (event.data === 3) { ${act} } }`,
    })
    await manager.loadPlugin(folder)
    const pid = manager.getPlugin('victim')!.pid!
    for (let n = 0; n < 10; n += 1) manager.context.eventBus.publish(custom('go', n))
    const began = performance.now()
    await untilState(manager, 'victim', 'error')
    expect(performance.now() - began).toBeGreaterThan(4_500)
    expect(isAlive(pid)).toBe(false)

    const { lastError, stats } = manager.getPlugin('victim')!
    expect(lastError).toMatchObject({
      code: 'PLUGIN_HUNG',
      report: { place: { native: false, file: 'index.ts', ...code } },
    })
    expect(lastError!.message).toContain(`It was in ${code.function} (index.ts:`)
    expect(existsSync(lastError!.report!.profilePath!)).toBe(true)
    expect(JSON.parse(readFileSync(lastError!.report!.profilePath!, 'utf8'))).toHaveProperty('nodes')
    // Its guardian lived to tell: nothing is in doubt.
    expect(stats).toMatchObject({ eventsProcessed: 4, errorCount: 1, discarded: 6, inDoubt: 0, accepted: 10 })
    expect(lawHolds(stats)).toBe(true)
    expect(manager.getDeadLetters('victim')).toMatchObject([{ reason: 'guest-died', events: [{ data: 3 }] }])
    expect(manager.getPluginHealth('victim')!.reasons).toMatchObject([{ code: 'error', level: 'bad' }])
  })
})
