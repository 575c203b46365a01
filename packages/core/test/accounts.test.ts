import type { JsonValue } from '@plugboard/plugin-sdk'
import { expect, test } from 'vitest'
import type { PluginManager } from '../src/index.ts'
import { acting, createManager, custom, load, loadActor, statsOf, until } from './support.ts'

test('[IS1.b] a request above the host’s limit does not apply, an override by the host always does', async () => {
  const manager = await createManager()
  await load(manager, 'one', { limits: { mailboxCapacity: 99_999, handleEventMs: 100 } })
  expect(manager.getPlugin('one')!.limits).toMatchObject({ mailboxCapacity: 10_000, handleEventMs: 100 })
  await load(manager, 'two', { limits: { mailboxCapacity: 5 } }, { limits: { mailboxCapacity: 50_000 } })
  expect(manager.getPlugin('two')!.limits.mailboxCapacity).toBe(50_000)
})

test('[IS1.b] limits that a plugin requests for itself hold', async () => {
  const manager = await createManager()
  const limits = { handleEventMs: 100, mailboxCapacity: 2, overflow: 'drop-newest' } as const
  await loadActor(manager, 'one', { handleEvent: { act: 'never settle' } }, { limits })
  const first = manager.broadcastEvent(custom('x', 0))
  await until(() => statsOf(manager, 'one').inFlight === 1)
  // Until a first receipt tells how long an event takes, a batch holds 32; they travel before the mailbox fills.
  const rest = Array.from({ length: 200 }, (_, n) => manager.broadcastEvent(custom('x', n + 1)))
  expect(statsOf(manager, 'one').mailboxDepth).toBeLessThanOrEqual(2)
  expect(await first).toMatchObject({ failed: 1 })
  expect(manager.getDeadLetters('one').at(-1)!.error.message).toContain('100 ms')
  await manager.disablePlugin('one')
  const dropped = (await Promise.all(rest)).filter((outcome) => outcome.dropped === 1).length
  expect(dropped).toBe(statsOf(manager, 'one').dropped + statsOf(manager, 'one').discarded)
  expect(statsOf(manager, 'one').dropped).toBeGreaterThan(0)
  expect(manager.getPlugin('one')!.limits).toMatchObject(limits)
  await expect(load(manager, 'two', { limits: { handleEventMs: 0 } })).rejects.toMatchObject({
    code: 'METADATA_INVALID',
  })
})

test('[EV5.c] many dead letters are replayed in their order; if one of them is unknown, none is', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'fails-while-broken' }, { config: { broken: true } })
  for (let n = 0; n < 6; n += 1) await manager.broadcastEvent(custom('x', n))
  await manager.updatePluginConfig('one', { broken: false })
  const ids = manager.getDeadLetters('one').map(({ id }) => id)
  await expect(manager.replayDeadLetters('one', [ids[0]!, '999'])).rejects.toThrow('999')
  expect(manager.getDeadLetters('one')).toHaveLength(6)
  const [first, all] = await Promise.all([
    manager.replayDeadLetters('one', [ids[5]!, ids[4]!, ids[5]!]),
    manager.replayDeadLetters('one'),
  ])
  // The second one waits for the first, and finds that two of its letters are gone.
  expect([first.handled, all.handled, all.kept]).toEqual([2, 4, 0])
  expect(await manager.getPluginStatus('one')).toEqual([0, 1, 2, 3, 4, 5])
  expect(manager.getDeadLetters('one')).toEqual([])
})

test('[EV5.c] a replay ends at the first event that fails again; every letter after it stays, and the plugin stays active', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'fails-while-broken' }, { config: { broken: true } })
  for (let n = 0; n < 8; n += 1) await manager.broadcastEvent(custom('x', n))
  const before = statsOf(manager, 'one')
  const [, ...chosen] = manager
    .getDeadLetters('one')
    .map(({ id }) => id)
    .toReversed()
  const outcome = await manager.replayDeadLetters('one', chosen)
  expect(outcome).toMatchObject({ handled: 0, failed: 1, kept: 6, error: { message: 'broken' } })
  expect(manager.getPlugin('one')!.state).toBe('active')
  const letters = manager.getDeadLetters('one').map(({ events }) => events[0]!.data)
  expect(letters).toEqual([1, 7, 6, 5, 4, 3, 2, 0])
  expect(statsOf(manager, 'one')).toMatchObject({ deadLetters: 8, discarded: 0, accepted: before.accepted + 1 })
})

test('[EV5.c] a replay ends when its plugin is disabled: the event that waited and all others stay in their letters', async () => {
  const manager = await createManager()
  await loadActor(manager, 'one', { handleEvent: { act: 'throw', message: 'no' } })
  for (let n = 0; n < 3; n += 1) await manager.broadcastEvent(custom('x', n))
  await manager.updatePluginConfig('one', { handleEvent: { act: 'wait', ms: 400 } })
  for (let n = 0; n < 5; n += 1) manager.context.eventBus.publish(custom('x', 'before'))
  const replay = manager.replayDeadLetters('one')
  await until(() => statsOf(manager, 'one').accepted === 9)
  await manager.disablePlugin('one')
  expect(await replay).toMatchObject({ handled: 0, failed: 0, kept: 3 })
  expect(manager.getDeadLetters('one').map(({ events }) => events[0]!.data)).toEqual([2, 1, 0])
})

/** One plugin with the letter 7, whose events carry this; their ids are e0, e1 and so on. */
async function withLetterInDoubt(data: readonly JsonValue[]): Promise<PluginManager> {
  const manager = await createManager()
  await loadActor(manager, 'one')
  const stored = manager.getStoredPlugin('one')
  await manager.unloadPlugin('one')
  const events = data.map((one, index) => ({
    id: `e${index}`,
    type: 'x',
    at: 1,
    source: 'test',
    origin: { node: 'here' },
    data: one,
  }))
  const error = { name: 'Error', message: 'the process died', stack: null, code: null }
  const letter = { id: '7', reason: 'in-doubt' as const, events, error, at: 1 }
  await manager.restorePlugins([{ ...stored, deadLetters: [letter] }])
  await manager.startEnabledPlugins()
  return manager
}

test('[EV5.b] of a letter with several events, those that were replayed leave it, and the rest stays', async () => {
  const manager = await withLetterInDoubt(['first', { act: 'throw', message: 'no' }, 'last'])
  const facts: string[] = []
  manager.onDidChange(({ type }) => void (type.startsWith('dead-letter') && facts.push(type)))

  expect(await manager.replayDeadLetters('one')).toMatchObject({
    handled: 1,
    failed: 1,
    kept: 1,
    error: { message: 'no' },
  })
  expect(manager.getDeadLetters('one').map(({ id, events }) => [id, events.map((event) => event.id)])).toEqual([
    ['8', ['e1']],
    ['7', ['e2']],
  ])
  expect(facts).toEqual(['dead-letter', 'dead-letter-reduced'])
})

test('figures of a guest: memory by kind, CPU, how busy its loop is, the error rate of the last minute', async () => {
  const manager = await createManager()
  await loadActor(manager, 'one', { handleEvent: { act: 'spin', ms: 30 } })
  await manager.broadcastEvent(acting({ act: 'throw', message: 'no' }))
  const timer = setInterval(() => manager.context.eventBus.publish(custom('x')), 40)
  const stats = () => statsOf(manager, 'one')
  await until(() => (stats().eventLoopUtilization ?? 0) > 0.3 && (stats().cpuShare ?? 0) > 0.3)
  clearInterval(timer)
  expect(stats().cpuShare).toBeLessThan(3)
  expect(stats().eventLoopUtilization).toBeLessThanOrEqual(1)
  expect(stats().memory!.heap!.usedBytes).toBeGreaterThan(1_000_000)
  expect(stats().errorRate60s).toBeCloseTo(1 / stats().eventsProcessed, 2)
  await manager.disablePlugin('one')
  expect(stats()).toMatchObject({ memory: null, cpuShare: null, eventLoopUtilization: null })
})

test('[EV5.f] an event is replayed with other data: handled, it leaves its letter; failed again, it stays, and the attempt is told', async () => {
  const manager = await createManager()
  await loadActor(manager, 'one')
  await manager.broadcastEvent({ id: 'e0', type: 'x', data: { act: 'throw', message: 'no' } })
  const [letter] = manager.getDeadLetters('one')
  const edited = { letterId: letter!.id, eventId: 'e0' }
  await expect(manager.replayEditedEvent('one', { ...edited, eventId: 'e1', data: 1 })).rejects.toMatchObject({
    code: 'DEAD_LETTER_NOT_FOUND',
  })
  await expect(manager.replayEditedEvent('one', { ...edited, data: 'y'.repeat(300_000) })).rejects.toMatchObject({
    code: 'TOO_LARGE',
  })
  const again = { act: 'throw', message: 'still no' }
  expect(await manager.replayEditedEvent('one', { ...edited, data: again })).toMatchObject({
    handled: 0,
    failed: 1,
    kept: 1,
    error: { message: 'still no' },
  })
  expect(manager.getDeadLetters('one').map(({ events }) => events[0]!.data)).toEqual([again, letter!.events[0]!.data])
  expect(await manager.replayEditedEvent('one', { ...edited, data: 'good' })).toMatchObject({ handled: 1, kept: 0 })
  expect(manager.getDeadLetters('one')).toHaveLength(1)
})

test('[EV5.g] a replay keeps to its rate, and ends when it is stopped: what was not replayed stays', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'fails-while-broken' }, { config: { broken: true } })
  for (let n = 0; n < 6; n += 1) await manager.broadcastEvent(custom('x', n))
  await manager.updatePluginConfig('one', { broken: false })
  await expect(manager.replayDeadLetters('one', undefined, { perSecond: 0 })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
  })
  const begun = performance.now()
  const three = manager.getDeadLetters('one').slice(3)
  await manager.replayDeadLetters(
    'one',
    three.map(({ id }) => id),
    { perSecond: 20 },
  )
  // Two waits of 50 ms lie between three events; a timer may be a millisecond early.
  expect(performance.now() - begun).toBeGreaterThan(98)
  const stop = new AbortController()
  const outcome = manager.replayDeadLetters('one', undefined, {
    perSecond: 0.01,
    signal: stop.signal,
    onProgress: ({ handled }) => handled === 1 && stop.abort(),
  })
  expect(await outcome).toMatchObject({ handled: 1, failed: 0, kept: 2 })
  expect(manager.getDeadLetters('one')).toHaveLength(2)
})

test('[EV5.h] dead letters that were discarded are put back where they were', async () => {
  const manager = await createManager()
  await loadActor(manager, 'one', { handleEvent: { act: 'throw', message: 'no' } })
  for (let n = 0; n < 4; n += 1) await manager.broadcastEvent(custom('x', n))
  const ids = manager.getDeadLetters('one').map(({ id }) => id)
  expect(() => manager.discardDeadLetters('one', [ids[1]!, '999'])).toThrow('999')
  expect(manager.getDeadLetters('one')).toHaveLength(4)
  const bytes = statsOf(manager, 'one').deadLetterBytes
  const taken = manager.discardDeadLetters('one', [ids[1]!, ids[3]!])
  await manager.broadcastEvent(custom('x', 4))
  manager.putDeadLettersBack('one', taken)
  manager.putDeadLettersBack('one', taken)
  expect(manager.getDeadLetters('one').map(({ events }) => events[0]!.data)).toEqual([4, 3, 2, 1, 0])
  manager.discardDeadLetter('one', manager.getDeadLetters('one')[0]!.id)
  expect(statsOf(manager, 'one').deadLetterBytes).toBe(bytes)
})

test('[EV5.h] what a replay has handled is not put back with the letter that was discarded meanwhile', async () => {
  const manager = await withLetterInDoubt([1, 2, 3])
  const stop = new AbortController()
  let taken: ReturnType<typeof manager.discardDeadLetters> = []
  await manager.replayDeadLetters('one', undefined, {
    signal: stop.signal,
    onProgress: ({ handled }) => {
      if (handled !== 2 || taken.length > 0) return
      taken = manager.discardDeadLetters('one', ['7'])
      stop.abort()
    },
  })
  expect(manager.putDeadLettersBack('one', taken)).toBe(1)
  expect(manager.getDeadLetters('one').flatMap((one) => one.events.map(({ data }) => data))).toEqual([3])
})
