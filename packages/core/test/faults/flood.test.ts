import { expect, test } from 'vitest'
import { LONG, times } from '../soak.ts'
import { custom, lawHolds, statsOf, until, untilState, writePlugin } from '../support.ts'
import { createWitnessed } from './witness.ts'

test(
  '[EV4.b] [EV8.d] a million events at once: each is handled or counted as dropped, and the host’s memory is bounded',
  LONG,
  async () => {
    const { manager, during } = await createWitnessed()
    await during(async () => {
      await manager.loadPlugin(await writePlugin('victim', { events: ['go'], methods: 'handleEvent() {}' }))
      const before = process.memoryUsage().heapUsed
      for (let n = 0; n < 1_000_000; n += 1) {
        manager.context.eventBus.publish(custom('go', n))
        // The witness's own events come from a timer: the loop must turn.
        if (n % 20_000 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      await until(() => statsOf(manager, 'victim').mailboxDepth + statsOf(manager, 'victim').inFlight === 0)
      const stats = statsOf(manager, 'victim')
      expect(stats.accepted).toBe(1_000_000)
      expect(stats.eventsProcessed + stats.dropped).toBe(1_000_000)
      expect(stats.dropped).toBeGreaterThan(0)
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(256 * 1_048_576)
    })
  },
)

const THOUSANDS = times(100, 1_000)

test(`[EV6.b] ${THOUSANDS},000 publishes of a plugin: refused beyond its rate, and it lives`, LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const methods = `async handleEvent() {
      for (let n = 0; n < ${THOUSANDS}; n += 1) {
        const all = Array.from({ length: 1_000 }, () => context.eventBus.publish({ type: 'noise', data: n }))
        for (const { status, reason } of await Promise.allSettled(all) as any[]) status === 'fulfilled' ? (accepted += 1) : codes.add(reason.code)
      }
    }, status: () => ({ accepted, codes: [...codes] })`
    const folder = await writePlugin('loud', {
      events: ['go'],
      top: 'let accepted = 0; const codes = new Set()',
      methods,
    })
    await manager.loadPlugin(folder, { limits: { handleEventMs: 60_000, publishesPerSecond: 100 } })
    expect(await manager.broadcastEvent(custom('go'))).toMatchObject({ delivered: 1 })
    const status = (await manager.getPluginStatus('loud')) as { accepted: number; codes: string[] }
    expect(status.codes).toEqual(['RATE_LIMITED'])
    expect(status.accepted).toBe(manager.context.eventBus.getStats().eventsByType.noise)
    expect(status.accepted).toBeLessThan(10_000)
  })
})

test.each([
  ['its log', 'for (let n = 0; n < 200_000; n += 1) context.logger.info("line " + n)'],
  ['stdout', 'for (let n = 0; n < 200_000; n += 1) console.log("line " + n)'],
  ['stdout, written past Node', 'for (let n = 0; n < 3_000; n += 1) fs.writeSync(1, "x".repeat(1_000) + "\\n")'],
])('[EV3.b] a flood of %s holds nobody up and does not fill the host', LONG, async (_where, act) => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const folder = await writePlugin('loud', {
      events: ['go'],
      top: 'import fs from "node:fs"',
      methods: `handleEvent() { ${act} }`,
    })
    await manager.loadPlugin(folder, { limits: { handleEventMs: 20_000 } })
    let lines = 0
    manager.onDidChange((fact) => void (fact.type === 'log' && (lines += 1)))
    const before = process.memoryUsage().heapUsed
    manager.context.eventBus.publish(custom('go'))
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    expect(lines).toBeGreaterThan(50)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1_048_576)
    await manager.unloadPlugin('loud')
    expect(manager.getPlugin('loud')).toBeUndefined()
  })
})

test('[SV1.a] fifty plugins that crash at once are each in error with their own reason', LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const ids = Array.from({ length: 50 }, (_, n) => `victim-${n}`)
    const folders = await Promise.all(
      ids.map((id, n) => writePlugin(id, { events: ['go'], methods: `handleEvent() { process.exit(${n}) }` })),
    )
    await Promise.all(folders.map((folder) => manager.loadPlugin(folder)))
    expect(await manager.broadcastEvent(custom('go'))).toEqual({ delivered: 0, failed: 50, dropped: 0 })
    await Promise.all(ids.map((id) => untilState(manager, id, 'error')))
    ids.forEach((id, n) => {
      expect(manager.getPlugin(id)!.lastError!.message).toBe(`Exited by itself with code ${n}.`)
      expect(lawHolds(statsOf(manager, id))).toBe(true)
    })
  })
})
