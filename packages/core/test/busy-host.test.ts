import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LONG } from './soak.ts'
import { createManager, custom, load, until, untilState } from './support.ts'

/**
 * Long enough for some heartbeats and some checks of the watch, because a check without a finding emits no fact.
 * guest-watch.test.ts tests each finding with a fake clock.
 */
const WATCH_MS = 2_500

test.each([
  ['a plugin', { config: { lines: 2_000 }, busyMs: 6_000, state: 'active' }],
  ['a plugin that then ends itself', { config: { lines: 2_000, exitCode: 7 }, busyMs: 1_000, state: 'error' }],
] as const)(
  'a host that is busy for a while hears all that %s says meanwhile, in order',
  LONG,
  async (_who, { config, busyMs, state }) => {
    const manager = await createManager()
    await load(manager, 'talker', { plugin: 'talks' }, { config })
    const heard: string[] = []
    manager.onDidChange((fact) => void (fact.type === 'log' && fact.origin === 'plugin' && heard.push(fact.message)))
    manager.context.eventBus.publish(custom('go'))
    const busyUntil = performance.now() + busyMs
    await sleep(5)
    while (performance.now() < busyUntil);
    await until(() => heard.length === 2_000, 'messages are missing')
    expect(heard).toEqual(Array.from({ length: 2_000 }, (_, n) => String(n)))
    await sleep(WATCH_MS)
    await untilState(manager, 'talker', state)
    if (state === 'active') expect(manager.getPlugin('talker')!.lastError).toBeNull()
  },
)

test('[SV1.d] a host that was blocked for 6 s calls no plugin unresponsive', LONG, async () => {
  const manager = await createManager()
  for (const id of ['one', 'other']) await load(manager, id, { plugin: 'counter' })
  await sleep(WATCH_MS)
  const facts: string[] = []
  manager.onDidChange((fact) => facts.push(fact.type))
  const end = performance.now() + 6_000
  while (performance.now() < end);
  await sleep(WATCH_MS)
  expect(facts).toEqual([])
  expect(manager.getAllPlugins().map(({ state }) => state)).toEqual(['active', 'active'])
})
