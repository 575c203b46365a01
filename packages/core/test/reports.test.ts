import { expect, test } from 'vitest'
import { createManager, custom, lawHolds, load, loadActor, statsOf } from './support.ts'

test('a plugin that reports itself degraded carries a warning, until it says otherwise or ends', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'gives-up' })
  const reasons = () => manager.getPluginHealth('one')!.reasons
  await manager.broadcastEvent(custom('report', 'The receiver does not answer.'))
  await expect
    .poll(reasons)
    .toMatchObject([{ code: 'degraded', level: 'warning', message: 'The receiver does not answer.' }])
  expect(manager.getPluginHealth('one')!.isHealthy).toBe(true)
  await manager.broadcastEvent(custom('report'))
  await expect.poll(reasons).toEqual([])
  await manager.broadcastEvent(custom('report', 'x'.repeat(10_000)))
  await expect.poll(() => reasons()[0]?.message.length).toBe(512)
  await manager.restartPlugin('one')
  expect(reasons()).toEqual([])
})

test('an event that a plugin gives up later is a dead letter, no error, and can be replayed', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'gives-up' })
  await manager.broadcastEvent(custom('hopeless', { n: 1 }))
  await expect
    .poll(() => manager.getDeadLetters('one'))
    .toMatchObject([
      { reason: 'given-up', events: [{ type: 'hopeless', data: { n: 1 } }], error: { message: 'it was refused' } },
    ])
  expect(statsOf(manager, 'one')).toMatchObject({ eventsProcessed: 1, errorCount: 0, deadLetters: 1 })
  await manager.replayDeadLetters('one')
  expect(manager.getDeadLetters('one')).toEqual([])
  expect(await manager.getPluginStatus('one')).toBe(2)
  expect(lawHolds(statsOf(manager, 'one'))).toBe(true)
})

test("what plugins log reaches the host's logger, with the plugin and the fields", async () => {
  const lines: unknown[] = []
  const logger = { log: (...line: unknown[]) => void lines.push(line) }
  const manager = await createManager({ logger })
  await loadActor(manager, 'one', { start: { act: 'log', message: 'here I am' } })
  await expect.poll(() => lines).toContainEqual(['info', 'here I am', { plugin: 'one', origin: 'plugin' }])
})

test('a logger of the host that fails, and listeners that reject, end nothing and stop nothing', async () => {
  const logger = {
    log: () => {
      throw new Error('the disk is full')
    },
  }
  const manager = await createManager({ logger })
  manager.onDidChange(() => Promise.reject(new Error('my database is busy')) as never)
  manager.onDidChange(() => {
    throw new Error('no')
  })
  manager.context.eventBus.subscribe('**', () => {
    throw new Error('no')
  })
  await load(manager, 'one')
  manager.context.eventBus.publish(custom('x'))
  await manager.disablePlugin('one')
  expect(manager.getPlugin('one')!.state).toBe('loaded')
})

test('log entries beyond 1,000 a second are dropped and counted, and the log says so', async () => {
  const manager = await createManager()
  const said = { plugin: 0, runtime: [] as string[] }
  manager.onDidChange((fact) => {
    if (fact.type !== 'log') return
    if (fact.origin === 'runtime') said.runtime.push(fact.message)
    else said.plugin += 1
  })
  for (const what of ['its log', 'stdout'] as const) {
    const id = what.split(' ').at(-1)!
    await load(manager, id, { plugin: 'floods', events: [`go.${id}`] }, { config: { what, count: 20_000 } })
    const before = said.plugin
    await manager.broadcastEvent(custom(`go.${id}`))
    await expect.poll(() => said.plugin - before + statsOf(manager, id).logsDropped, { timeout: 10_000 }).toBe(20_000)
    expect(statsOf(manager, id).logsDropped).toBeGreaterThan(1_000)
    const told = expect.stringMatching(/^\d+ log entries were refused: more than 1000 a second, or 5000 at once$/)
    await expect.poll(() => said.runtime.splice(0), { timeout: 5_000 }).toContainEqual(told)
  }
})

test('publications that are refused are told in the log, with why', async () => {
  const manager = await createManager()
  const told: string[] = []
  manager.onDidChange((fact) => void (fact.type === 'log' && fact.origin === 'runtime' && told.push(fact.message)))
  const code = `export default ({ eventBus }) => ({
    handleEvent() {
      eventBus.publish({ type: 'vm.started', data: { vmId: 'one' } })
    },
  })`
  await load(manager, 'one', { code, events: ['go'] })
  await manager.broadcastEvent(custom('go'))
  await expect
    .poll(() => told)
    .toEqual([expect.stringMatching(/^1 publications were refused: .*WriteVmState.*\(PERMISSION_DENIED\)$/)])
})

test('what a plugin publishes while it stops arrives, also where it does not wait for it', async () => {
  const manager = await createManager()
  const code = `export default ({ eventBus }) => ({
    stop() {
      for (let n = 0; n < 10_000; n += 1) eventBus.publish({ type: 'last.words', data: n })
    },
  })`
  await load(manager, 'one', { code })
  await manager.disablePlugin('one')
  expect(manager.context.eventBus.typeCounts().get('last.words')).toBe(10_000)
})
