import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { custom, isAlive, lawHolds, statsOf, tempFolder, untilState, writePlugin } from '../support.ts'
import { createWitnessed, LONG } from './witness.ts'

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
])('[SV1] %s in a handler: named as a hang, with its line, and ended', LONG, async (_what, top, act, culprit) => {
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
    expect(lastError).toMatchObject({ code: 'PLUGIN_HUNG', evidence: { native: false, culprit } })
    expect(lastError!.evidence!.culprit!.file).toBe(join(folder, 'index.ts'))
    expect(lastError!.message).toContain(`It was in ${culprit.function} (index.ts:`)
    expect(existsSync(lastError!.evidence!.profilePath!)).toBe(true)
    expect(JSON.parse(readFileSync(lastError!.evidence!.profilePath!, 'utf8'))).toHaveProperty('nodes')
    // Its guardian lived to tell: nothing is in doubt.
    expect(stats).toMatchObject({ eventsProcessed: 4, errorCount: 1, discarded: 6, inDoubt: 0, accepted: 10 })
    expect(lawHolds(stats)).toBe(true)
    expect(manager.getDeadLetters('victim')).toMatchObject([{ reason: 'guest-died', events: [{ data: 3 }] }])
    expect(manager.getPluginHealth('victim')!.reasons).toMatchObject([{ code: 'error', level: 'bad' }])
  })
})

test('[SV1] while it hangs it is called stalled; one that answers again in time goes on', LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const methods = 'handleEvent() { const end = Date.now() + 4_300; while (Date.now() < end); }'
    await manager.loadPlugin(await writePlugin('slow', { events: ['go'], methods }))
    const facts: boolean[] = []
    manager.onDidChange((fact) => {
      if (fact.type !== 'responsiveness') return
      facts.push(fact.responsive)
      const codes = manager.getPluginHealth('slow')!.reasons.map(({ code }) => code)
      expect(codes.includes('stalled')).toBe(!fact.responsive)
    })
    expect(await manager.broadcastEvent(custom('go'))).toMatchObject({ delivered: 1 })
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(facts).toEqual([false, true])
    expect(manager.getPlugin('slow')!.state).toBe('active')
  })
})

test('[SV1] synchronous I/O that never returns is called native code, and ended', LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const pipe = join(await tempFolder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    const folder = await writePlugin('victim', {
      events: ['go'],
      permissions: [{ name: 'FileSystemAccess', read: [pipe] }],
      top: 'import fs from "node:fs"',
      methods: `handleEvent() { fs.readFileSync(${JSON.stringify(pipe)}) }`,
    })
    await manager.loadPlugin(folder, { grant: [{ name: 'FileSystemAccess', read: [pipe] }] })
    manager.context.eventBus.publish(custom('go'))
    await untilState(manager, 'victim', 'error')
    expect(manager.getPlugin('victim')!.lastError).toMatchObject({
      code: 'PLUGIN_HUNG',
      message: expect.stringContaining('native code'),
      evidence: { native: true, culprit: null },
    })
    expect(lawHolds(statsOf(manager, 'victim'))).toBe(true)
  })
})

test('[SV1] a guest that is stopped by a signal is a hang of its own kind', LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    await manager.loadPlugin(await writePlugin('victim', { events: ['go'] }))
    const pid = manager.getPlugin('victim')!.pid!
    await manager.broadcastEvent(custom('go'))
    process.kill(pid, 'SIGSTOP')
    await untilState(manager, 'victim', 'error')
    expect(manager.getPlugin('victim')!.lastError).toMatchObject({
      code: 'PLUGIN_HUNG',
      message: expect.stringContaining('stopped by a signal'),
    })
    expect(isAlive(pid)).toBe(false)
  })
})

test('[SV1] a host that was held up for 6 s itself blames nobody', LONG, async () => {
  const { manager } = await createWitnessed()
  await manager.loadPlugin(await writePlugin('other', { methods: 'handleEvent() {}' }))
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  const facts: string[] = []
  manager.onDidChange((fact) => facts.push(fact.type))
  const end = Date.now() + 6_000
  while (Date.now() < end);
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(facts).toEqual([])
  expect(manager.getAllPlugins().map(({ state }) => state)).toEqual(['active', 'active'])
})
