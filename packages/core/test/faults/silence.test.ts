import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LONG } from '../soak.ts'
import { custom, isAlive, lawHolds, load, loadActor, statsOf, tempFolder, until, untilState } from '../support.ts'
import { createWitnessed } from './witness.ts'

test('[SV1.b] while it hangs it is called stalled; one that answers again in time goes on', LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    await loadActor(manager, 'slow', { handleEvent: { act: 'spin', ms: 4_300 } }, { events: ['go'] })
    const facts: { isResponsive: boolean; isCalledStalled: boolean }[] = []
    manager.onDidChange((fact) => {
      if (fact.type !== 'responsiveness') return
      const isCalledStalled = manager.getPluginHealth('slow')!.reasons.some(({ code }) => code === 'stalled')
      facts.push({ isResponsive: fact.responsive, isCalledStalled })
    })
    expect(await manager.broadcastEvent(custom('go'))).toMatchObject({ delivered: 1 })
    await until(() => facts.length === 2, 'it was not called responsive again')
    expect(facts).toEqual([
      { isResponsive: false, isCalledStalled: true },
      { isResponsive: true, isCalledStalled: false },
    ])
    expect(manager.getPlugin('slow')!.state).toBe('active')
  })
})

test(
  '[SV1.b] a handler that computes for long, several times in a row, gives a sign of life after each event',
  LONG,
  async () => {
    const { manager, during } = await createWitnessed()
    await during(async () => {
      await loadActor(manager, 'slow', { handleEvent: { act: 'spin', ms: 3_500 } }, { events: ['go'] })
      for (let n = 0; n < 4; n += 1) manager.context.eventBus.publish(custom('go'))
      await expect.poll(() => statsOf(manager, 'slow').eventsProcessed, { timeout: 30_000 }).toBe(4)
      expect(manager.getPlugin('slow')!.state).toBe('active')
    })
  },
)

test('[SV1.c] synchronous I/O that never returns is called native code, and ended', LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    const pipe = join(await tempFolder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    const permissions = [{ name: 'FileSystemAccess', read: [pipe] }] as const
    const options = { grant: permissions, config: { path: pipe } }
    await load(manager, 'victim', { plugin: 'reads-file', events: ['go'], permissions }, options)
    manager.context.eventBus.publish(custom('go'))
    await untilState(manager, 'victim', 'error')
    expect(manager.getPlugin('victim')!.lastError).toMatchObject({
      code: 'PLUGIN_HUNG',
      message: expect.stringContaining('native code'),
      report: { place: { native: true } },
    })
    expect(lawHolds(statsOf(manager, 'victim'))).toBe(true)
  })
})

test('[SV1.c] a guest that is stopped by a signal is a hang of its own kind', LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    await load(manager, 'victim', { events: ['go'] })
    const pid = manager.getPlugin('victim')!.pid!
    await manager.broadcastEvent(custom('go'))
    process.kill(pid, 'SIGSTOP')
    await untilState(manager, 'victim', 'error')
    expect(manager.getPlugin('victim')!.lastError).toMatchObject({
      code: 'PLUGIN_HUNG',
      message: expect.stringContaining('paused by a signal'),
    })
    expect(isAlive(pid)).toBe(false)
  })
})
