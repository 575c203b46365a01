import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LONG } from '../soak.ts'
import { custom, isAlive, lawHolds, statsOf, tempFolder, untilState, writePlugin } from '../support.ts'
import { createWitnessed } from './witness.ts'

test('[SV1.b] while it hangs it is called stalled; one that answers again in time goes on', LONG, async () => {
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

test('[SV1.c] synchronous I/O that never returns is called native code, and ended', LONG, async () => {
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
      report: { place: { native: true } },
    })
    expect(lawHolds(statsOf(manager, 'victim'))).toBe(true)
  })
})

test('[SV1.c] a guest that is stopped by a signal is a hang of its own kind', LONG, async () => {
  const { manager, during } = await createWitnessed()
  await during(async () => {
    await manager.loadPlugin(await writePlugin('victim', { events: ['go'] }))
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
