import { expect, test } from 'vitest'
import { LONG } from '../soak.ts'
import { custom, isAlive, lawHolds, statsOf, until, untilState, writePlugin } from '../support.ts'
import { createWitnessed } from './witness.ts'

/** Half a budget's worth of garbage a handler must hold, and the next one more. */
test.each([
  ['one array that grows', 'const all: number[] = []', 'for (;;) all.push(Math.random())'],
  ['one Map that grows', 'const all = new Map<number, number>()', 'for (let n = 0; ; n += 1) all.set(n, n)'],
  [
    'small objects',
    'const all: object[][] = []',
    'for (;;) all.push(Array.from({ length: 1_000 }, (_, n) => ({ n })))',
  ],
  [
    'buffers',
    'const all: Buffer[] = []',
    'all.push(Buffer.alloc(8 * 1_048_576, 1)); return new Promise<void>((resolve) => setTimeout(resolve, 5))',
  ],
])('[SV1.a] a leak by %s is out of memory, not a crash; host and neighbour go on', LONG, async (_how, top, act) => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const folder = await writePlugin('victim', { events: ['go'], top, methods: `handleEvent() { ${act} }` })
    await manager.loadPlugin(folder)
    const pid = manager.getPlugin('victim')!.pid!
    const hostBefore = process.memoryUsage.rss()
    for (let n = 0; n < 500; n += 1) manager.context.eventBus.publish(custom('go', n))
    await untilState(manager, 'victim', 'error')
    const { lastError, stats } = manager.getPlugin('victim')!
    expect(lastError).toMatchObject({ code: 'OUT_OF_MEMORY' })
    expect(isAlive(pid)).toBe(false)
    expect(lawHolds(stats)).toBe(true)
    expect(stats).toMatchObject({ mailboxDepth: 0, inFlight: 0, accepted: 500 })
    expect(process.memoryUsage.rss() - hostBefore).toBeLessThan(128 * 1_048_576)
  })
})

test('[IS1.b] a bigger budget is the host’s to give, and holds', LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const permissions = [{ name: 'MemoryAllocation', bytes: 600 * 1_048_576 }] as const
    const folder = await writePlugin('big', {
      events: ['go'],
      permissions,
      top: 'const all: Buffer[] = []',
      methods: 'handleEvent() { all.push(Buffer.alloc(20 * 1_048_576, 1)) }',
    })
    await manager.loadPlugin(folder, { grant: permissions })
    for (let n = 0; n < 20; n += 1) await manager.broadcastEvent(custom('go', n))
    const used = () => statsOf(manager, 'big')
    await until(() => used().memoryUsageBytes! > 400 * 1_048_576, 'its memory was not seen')
    await until(() => (used().memory!.heap?.externalBytes ?? 0) > 390 * 1_048_576, 'its buffers were not told')
    expect(used().memory!.rssBytes).toBeGreaterThan(used().memoryUsageBytes!)
    expect(manager.getPlugin('big')!.state).toBe('active')
  })
})
