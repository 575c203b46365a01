import { expect, test } from 'vitest'
import type { PluginManager } from '../src/index.ts'
import type { Garbage } from './plugins/writes-garbage.ts'
import {
  acting,
  createManager,
  custom,
  isAlive,
  lawHolds,
  load,
  loadActor,
  statsOf,
  until,
  untilState,
} from './support.ts'

/** A neighbour that handles everything while the other one breaks. */
async function withNeighbour(): Promise<PluginManager> {
  const manager = await createManager()
  await load(manager, 'neighbour', { plugin: 'counter' })
  return manager
}

async function neighbourIsWell(manager: PluginManager, published: number): Promise<void> {
  await until(() => statsOf(manager, 'neighbour').eventsProcessed === published, 'the neighbour missed events')
  expect(statsOf(manager, 'neighbour')).toMatchObject({ errorCount: 0, dropped: 0, inDoubt: 0 })
  expect(lawHolds(statsOf(manager, 'neighbour'))).toBe(true)
  expect(await manager.getPluginStatus('neighbour')).toBe(published)
}

test('[EV7.b] after SIGKILL, events in flight without a receipt are in doubt, in one group and counted separately; no other event is lost', async () => {
  const manager = await withNeighbour()
  await load(manager, 'victim', { plugin: 'counter' }, { config: { handlerMs: 1 } })
  const outcomes = Array.from({ length: 2_000 }, (_, n) => manager.broadcastEvent(custom('x', n)))
  await until(() => statsOf(manager, 'victim').eventsProcessed > 50)
  process.kill(manager.getPlugin('victim')!.pid!, 'SIGKILL')
  await untilState(manager, 'victim', 'error')

  const stats = statsOf(manager, 'victim')
  expect(manager.getPlugin('victim')!.lastError).toMatchObject({
    code: 'PLUGIN_CRASHED',
    message: expect.stringContaining('SIGKILL'),
  })
  expect(stats).toMatchObject({ accepted: 2_000, mailboxDepth: 0, inFlight: 0 })
  expect(stats.inDoubt).toBeGreaterThan(0)
  expect(lawHolds(stats)).toBe(true)
  const groups = manager.getDeadLetters('victim').filter(({ reason }) => reason === 'in-doubt')
  expect(groups).toHaveLength(1)
  expect(groups[0]!.events).toHaveLength(stats.inDoubt)

  const settled = await Promise.all(outcomes)
  const of = (fate: 'delivered' | 'failed' | 'dropped') => settled.reduce((sum, outcome) => sum + outcome[fate], 0)
  // Each of the two receivers met one fate per event.
  expect(of('delivered') + of('failed') + of('dropped')).toBe(4_000)
  expect(of('failed')).toBe(stats.inDoubt)
  expect(of('dropped')).toBe(stats.discarded)
  await neighbourIsWell(manager, 2_000)
})

test.each([
  ['exits', { act: 'exit', code: 3 }, 'with code 3'],
  ['throws where nothing catches', { act: 'throw uncaught', value: 'an error' }, 'thrown where nothing catches'],
  ['leaves a rejection unhandled', { act: 'reject unhandled', value: 'an error' }, 'rejected where nothing catches'],
] as const)('[EV7.a] one that %s: its guardian still tells what was begun and finished', async (_how, act, message) => {
  const manager = await withNeighbour()
  await loadActor(manager, 'victim')
  const outcomes = Array.from({ length: 100 }, (_, n) =>
    manager.broadcastEvent(n === 40 ? acting(act) : custom('x', n)),
  )
  await untilState(manager, 'victim', 'error')

  const stats = statsOf(manager, 'victim')
  expect(stats).toMatchObject({ eventsProcessed: 41, errorCount: 1, discarded: 59, inDoubt: 0, accepted: 100 })
  expect(lawHolds(stats)).toBe(true)
  expect(manager.getPlugin('victim')!.lastError).toMatchObject({
    code: 'PLUGIN_CRASHED',
    message: expect.stringContaining(message),
  })
  expect(manager.getDeadLetters('victim')).toMatchObject([{ reason: 'guest-died', events: [{ data: act }] }])
  expect((await Promise.all(outcomes)).map(({ failed }) => failed).indexOf(1)).toBe(40)
  await neighbourIsWell(manager, 100)

  await manager.restartPlugin('victim')
  expect(manager.getPlugin('victim')).toMatchObject({ state: 'active', stats: { eventsProcessed: 0, errorCount: 0 } })
})

test('[EV3.b] a neighbour handles its events while other plugins throw, hang or loop at their start', async () => {
  const manager = await createManager({ deadlines: { initializeMs: 4_000 } })
  await load(manager, 'neighbour', { plugin: 'counter' })
  const loads = [
    load(manager, 'throws', { plugin: 'throws-at-import' }),
    loadActor(manager, 'silent', { initialize: { act: 'never settle' } }),
    load(manager, 'spins', { plugin: 'loops-at-import' }),
  ]
  const settled = Promise.allSettled(loads)
  for (const id of ['silent', 'spins']) await untilState(manager, id, 'initializing')
  for (let n = 0; n < 500; n += 1) manager.context.eventBus.publish(custom('x', n))
  await neighbourIsWell(manager, 500)
  expect(manager.getPlugin('silent')!.state).toBe('initializing')
  const codes = (await settled).map((result) =>
    result.status === 'rejected' ? (result.reason as { code: string }).code : 'loaded',
  )
  expect(codes).toEqual(['START_FAILED', 'HOOK_TIMEOUT', 'HOOK_TIMEOUT'])
  expect(manager.getAllPlugins().filter(({ state }) => state === 'error')).toHaveLength(3)
})

test('a crash while nothing is handled loses nothing and counts no event', async () => {
  const manager = await withNeighbour()
  await load(manager, 'victim', { plugin: 'counter' })
  await manager.broadcastEvent(custom('x'))
  process.kill(manager.getPlugin('victim')!.pid!, 'SIGSEGV')
  await untilState(manager, 'victim', 'error')
  expect(statsOf(manager, 'victim')).toMatchObject({ eventsProcessed: 1, errorCount: 0, inDoubt: 0, deadLetters: 0 })
  expect(manager.getPlugin('victim')!.lastError!.message).toContain('SIGSEGV')
})

test.each([
  ['a malformed frame', [4, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]],
  ['a length of 2 GB', [255, 255, 255, 127, 0, 0, 0, 0, 0, 0, 0, 0]],
])('%s on its channel ends the guest, never the host', async (_name, bytes) => {
  const manager = await withNeighbour()
  await load(manager, 'victim', { plugin: 'writes-garbage' })
  const pid = manager.getPlugin('victim')!.pid!
  manager.context.eventBus.publish(custom('x', { fd: 3, writes: [{ bytes, times: 1 }] } satisfies Garbage))
  await untilState(manager, 'victim', 'error')
  expect(manager.getPlugin('victim')!.lastError!.message).toContain('Protocol violation')
  expect(isAlive(pid)).toBe(false)
  expect(lawHolds(statsOf(manager, 'victim'))).toBe(true)
  await neighbourIsWell(manager, 1)
})

test('the last output of a guest is part of its crash report', async () => {
  const manager = await withNeighbour()
  await load(manager, 'victim', { plugin: 'says-last-words' })
  await manager.broadcastEvent(custom('x', 0))
  await manager.broadcastEvent(custom('x', 1))
  await untilState(manager, 'victim', 'error')
  expect(manager.getPlugin('victim')!.lastError!.report!.output).toContain('last words')
  await neighbourIsWell(manager, 2)
})

test('what a guest has printed arrives, also where it exits in the same moment', async () => {
  const manager = await withNeighbour()
  await load(manager, 'victim', { plugin: 'prints-and-exits' })
  await manager.broadcastEvent(custom('x', 1_000))
  await untilState(manager, 'victim', 'error')
  expect(manager.getPlugin('victim')!.lastError!.report!.output).toContain('last words')
  await neighbourIsWell(manager, 1)
})

test('output beyond what is read in time is cut, and its log says so', async () => {
  const manager = await withNeighbour()
  const lines: string[] = []
  manager.onDidChange((fact) => fact.type === 'log' && lines.push(fact.message))
  await load(manager, 'victim', { plugin: 'prints-and-exits' })
  await manager.broadcastEvent(custom('x', 50_000))
  await untilState(manager, 'victim', 'error')
  const said = /^The end of its output is cut: up to \d{6,} bytes were not read before its end\.$/
  expect(lines).toContainEqual(expect.stringMatching(said))
  await neighbourIsWell(manager, 1)
})
