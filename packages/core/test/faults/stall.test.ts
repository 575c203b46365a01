import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LONG } from '../soak.ts'
import type { Stall } from '../plugins/stalls.ts'
import { custom, isAlive, lawHolds, load, untilState } from '../support.ts'
import { createWitnessed } from './witness.ts'

test.each<[string, Stall, { function: string; source: unknown }]>([
  ['a loop', 'loop', { function: 'spin', source: 'for (;;);' }],
  ['a loop of microtasks', 'microtasks', { function: 'again', source: 'for (;;) await Promise.resolve()' }],
  ['an array loop that V8 would unroll', 'array', { function: 'fill', source: 'for (;;) new Array(1000).fill(1.5)' }],
  ['a backtracking pattern', 'pattern', { function: 'match', source: expect.stringContaining('/^(a+)+$/') }],
])('[SV1.c] %s in a handler: named as a hang, with its line, and ended', LONG, async (_what, stall, place) => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    await load(manager, 'victim', { plugin: 'stalls', events: ['go'] })
    const pid = manager.getPlugin('victim')!.pid!
    for (let n = 0; n < 10; n += 1) manager.context.eventBus.publish(custom('go', n === 3 ? stall : null))
    const began = performance.now()
    await untilState(manager, 'victim', 'error')
    expect(performance.now() - began).toBeGreaterThan(4_500)
    expect(isAlive(pid)).toBe(false)

    const { lastError, stats } = manager.getPlugin('victim')!
    expect(lastError).toMatchObject({
      code: 'PLUGIN_HUNG',
      report: { place: { native: false, file: 'index.ts', ...place } },
    })
    expect(lastError!.message).toContain(`It was in ${place.function} (index.ts:`)
    expect(existsSync(lastError!.report!.profilePath!)).toBe(true)
    expect(JSON.parse(readFileSync(lastError!.report!.profilePath!, 'utf8'))).toHaveProperty('nodes')
    // Its guardian lived to tell: nothing is in doubt.
    expect(stats).toMatchObject({ eventsProcessed: 4, errorCount: 1, discarded: 6, inDoubt: 0, accepted: 10 })
    expect(lawHolds(stats)).toBe(true)
    expect(manager.getDeadLetters('victim')).toMatchObject([{ reason: 'guest-died', events: [{ data: stall }] }])
    expect(manager.getPluginHealth('victim')!.reasons).toMatchObject([{ code: 'error', level: 'bad' }])
  })
})
