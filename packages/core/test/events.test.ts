import { describe, expect, test } from 'vitest'
import type { LoadOptions, PluginManager, PluginManagerOptions } from '../src/index.ts'
import type { ActorConfig } from './plugins/actor.ts'
import type { Ask, AskerStatus } from './plugins/asker.ts'
import type { Slip } from './plugins/slips.ts'
import {
  acting,
  createManager,
  custom,
  lawHolds,
  load,
  loadActor,
  statsOf,
  until,
  untilState,
  type PluginFiles,
} from './support.ts'

const FAIL = acting({ act: 'throw', message: 'no' })

// One contract for both tiers.
describe.each(['process', 'inline'] as const)('%s', (isolation) => {
  const make = (options: PluginManagerOptions = {}) =>
    createManager({ inlinePlugins: ['one', 'two', 'three'], ...options })
  const add = (manager: PluginManager, id: string, files: PluginFiles = {}, options: LoadOptions = {}) =>
    load(manager, id, files, { isolation, ...options })
  const addActor = (manager: PluginManager, id: string, config: ActorConfig = {}) =>
    loadActor(manager, id, config, {}, { isolation })
  const addAsker = (manager: PluginManager, id: string, asks: readonly Ask[]) =>
    add(manager, id, { plugin: 'asker' }, { config: { asks } })
  const outcomesOf = async (manager: PluginManager, id: string) =>
    ((await manager.getPluginStatus(id)) as AskerStatus).outcomes

  test('[EV1.a] [EV1.b] counts every handled event and every failure, from 0 with each instance', async () => {
    const manager = await make()
    await addActor(manager, 'one')
    for (let n = 1; n <= 20; n += 1) await manager.broadcastEvent(n % 4 === 0 ? FAIL : custom('x', n))
    expect(statsOf(manager, 'one')).toMatchObject({
      eventsProcessed: 20,
      errorCount: 5,
      errorsTowardLimit: 5,
      lifetime: { eventsProcessed: 20, errorCount: 5 },
    })
    expect(manager.getPluginHealth('one')).toMatchObject({ errorRate: 0.25, isHealthy: false, eventsProcessed: 20 })

    await manager.restartPlugin('one')
    expect(statsOf(manager, 'one')).toMatchObject({
      eventsProcessed: 0,
      errorCount: 0,
      errorsTowardLimit: 0,
      lifetime: { eventsProcessed: 20, errorCount: 5 },
    })
    expect(manager.getPluginHealth('one')).toMatchObject({ errorRate: 0, isHealthy: true })
    await manager.unloadPlugin('one')
    expect(manager.getPluginStats()).toMatchObject({ totalPlugins: 0, totalEventsProcessed: 20, totalErrors: 5 })
  })

  test('[EV2.a] at the 11th error it stops by itself; no event reaches it until it restarts', async () => {
    const manager = await make()
    // Asynchronously: inline, all events are published before the first one fails.
    await addActor(manager, 'one', { handleEvent: { act: 'throw', message: 'always' } })
    const outcomes = await Promise.all(Array.from({ length: 500 }, () => manager.broadcastEvent(custom('x'))))
    await untilState(manager, 'one', 'error')
    const stats = statsOf(manager, 'one')
    expect(stats).toMatchObject({
      eventsProcessed: 11,
      errorCount: 11,
      discarded: 489,
      deadLetters: 11,
      mailboxDepth: 0,
      inFlight: 0,
    })
    expect(lawHolds(stats)).toBe(true)
    expect(outcomes.filter(({ failed }) => failed === 1)).toHaveLength(11)
    expect(outcomes.filter(({ dropped }) => dropped === 1)).toHaveLength(489)
    expect(manager.getPlugin('one')).toMatchObject({
      pid: null,
      lastError: { code: 'ERROR_LIMIT', thrown: { message: 'always' } },
    })

    expect(await manager.broadcastEvent(custom('x'))).toEqual({ delivered: 0, failed: 0, dropped: 0 })
    await manager.restartPlugin('one')
    expect(manager.getPlugin('one')).toMatchObject({ state: 'active', stats: { errorCount: 0 } })
  })

  test('[EV2.a] [EV2.b] ten errors are tolerated, and a start clears them', async () => {
    const manager = await make()
    await addActor(manager, 'one', { handleEvent: { act: 'throw', message: 'always' } })
    for (let round = 1; round <= 2; round += 1) {
      for (let n = 0; n < 10; n += 1) await manager.broadcastEvent(custom('x'))
      expect(statsOf(manager, 'one')).toMatchObject({ errorsTowardLimit: 10, errorCount: 10 })
      expect(manager.getPlugin('one')!.state).toBe('active')
      await manager.restartPlugin('one')
      expect(statsOf(manager, 'one').errorsTowardLimit).toBe(0)
    }
  })

  test('[EV3.a] a plugin that fails does not fail the delivery to another one', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'fails-every-event' })
    await add(manager, 'two', { plugin: 'counter' })
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => manager.broadcastEvent(custom('x'))))
    await untilState(manager, 'one', 'error')
    expect(statsOf(manager, 'two')).toMatchObject({ eventsProcessed: 50, errorCount: 0 })
    expect(outcomes.every(({ delivered }) => delivered === 1)).toBe(true)
  })

  test('[EV4.a] handles one at a time, in publish order', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'one-at-a-time' })
    const numbers = Array.from({ length: 100 }, (_, n) => n)
    await Promise.all(numbers.map((n) => manager.broadcastEvent(custom('x', n))))
    expect(await manager.getPluginStatus('one')).toEqual(numbers)
    expect(statsOf(manager, 'one').errorCount).toBe(0)
  })

  test('[EV5.a] a failed event is a dead letter with its error and stack; evictions leave the newest, and are counted', async () => {
    const manager = await make({ deadLetterCapacity: 3 })
    await add(manager, 'one', { plugin: 'throws-type-error' })
    for (let n = 1; n <= 5; n += 1) await manager.broadcastEvent(custom('x', n))
    const letters = manager.getDeadLetters('one')
    expect(letters.map(({ error }) => error.message)).toEqual(['bad 5', 'bad 4', 'bad 3'])
    expect(letters[0]).toMatchObject({
      reason: 'handler-failed',
      events: [{ type: 'x', data: 5 }],
      error: { name: 'TypeError', code: 'E_BAD' },
    })
    expect(letters[0]!.error.stack).toContain('index.ts')
    expect(statsOf(manager, 'one').deadLettersEvicted).toBe(2)
  })

  test('[EV8.d] the accounts are also correct for a listener of `dead-letter` facts', async () => {
    const manager = await make()
    const broken: number[] = []
    manager.onDidChange((fact) => {
      if (fact.type === 'dead-letter' && !lawHolds(statsOf(manager, fact.id))) broken.push(fact.at)
    })
    await add(manager, 'one', { plugin: 'fails-every-event' })
    await Promise.all(Array.from({ length: 50 }, () => manager.broadcastEvent(custom('x'))))
    await untilState(manager, 'one', 'error')
    expect(manager.getDeadLetters('one')).toHaveLength(11)
    expect(broken).toEqual([])
  })

  test('[EV5.b] a dead letter can be replayed once it would succeed, or discarded', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'fails-while-broken' }, { config: { broken: true } })
    for (let n = 0; n < 3; n += 1) await manager.broadcastEvent(custom('x', n))
    const [last, middle, first] = manager.getDeadLetters('one').map(({ id }) => id)
    manager.discardDeadLetter('one', first!)
    expect(await manager.replayDeadLetter('one', middle!)).toMatchObject({ handled: 0, failed: 1, kept: 0 })
    expect(statsOf(manager, 'one').eventsProcessed).toBe(4)
    expect(manager.getDeadLetters('one').map(({ events }) => events[0])).toMatchObject([{ data: 1 }, { data: 2 }])

    await manager.updatePluginConfig('one', { broken: false })
    expect(await manager.replayDeadLetter('one', last!)).toEqual({ handled: 1, failed: 0, kept: 0, error: null })
    expect(statsOf(manager, 'one').eventsProcessed).toBe(5)
    expect(statsOf(manager, 'one')).toMatchObject({ accepted: 5, errorCount: 4, deadLetters: 1 })
    expect(lawHolds(statsOf(manager, 'one'))).toBe(true)
    await expect(manager.replayDeadLetter('one', last!)).rejects.toMatchObject({ code: 'DEAD_LETTER_NOT_FOUND' })
    await manager.disablePlugin('one')
    const [left] = manager.getDeadLetters('one')
    await expect(manager.replayDeadLetter('one', left!.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
    expect(manager.getDeadLetters('one')).toHaveLength(1)
  })

  test('[EV5.d] whatever can be thrown is told as data', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'throws-no-errors' })
    for (const what of ['null', 'undefined', 'an object']) await manager.broadcastEvent(custom('x', what))
    expect(manager.getDeadLetters('one').map(({ error }) => error.message)).toEqual([
      'threw a value that cannot be shown',
      'threw undefined',
      'threw null',
    ])
  })

  test.each([
    ['a level that is none', 'logger.log: level must be one of debug, info, warn, error, not "warning"'],
    ['several patterns', 'eventBus.subscribe: pattern must be one topic pattern, such as vm.* or **, not ["a","b"]'],
    ['no listener', 'eventBus.subscribe: listener must be a function, not undefined'],
    ['no event', 'eventBus.publish: event must be an object, not null'],
    ['a key that is none', 'sharedData.get: key must be text, not 5'],
    ['a value without a key', 'sharedData.set: key must be text, not undefined'],
    ['a listener that is none', 'sharedData.onDidChange: listener must be a function, not "x"'],
    ['a receiver that is none', 'messages.send: to must be text, not {"id":"x"}'],
    ['a message without a type', 'messages.broadcast: type must be text, not undefined'],
    ['a message listener that is none', 'messages.onMessage: listener must be a function, not 7'],
    ['a dead letter without a time', 'deadLetters.add: event.at must be epoch milliseconds, not NaN'],
    ['a dead letter without an origin', 'deadLetters.add: event.origin must be an object, not undefined'],
    ['a dead letter without an end', 'deadLetters.add: event.data must be nested at most 500 levels deep'],
    ['a value that is none', 'sharedData.set: value must be JSON, not undefined'],
    ['a value that is no number', 'sharedData.compareAndSet: value must be JSON, not NaN'],
    ['a value that is a function', 'sharedData.set: value must be JSON, not a function'],
    ['a message that JSON cannot hold', 'messages.send: data must be JSON, not a value of type bigint'],
    [
      'a message that holds itself',
      expect.stringMatching(/^messages.send: data must be JSON; caused by TypeError: Converting/),
    ],
    [
      'an event that holds itself',
      expect.stringMatching(/^eventBus.publish: data must be JSON; caused by TypeError: Converting/),
    ],
    ['an event that is a function', 'eventBus.publish: data must be JSON, not a function'],
  ] satisfies [Slip, string][])(
    '[EV5.e] %s is a TypeError of that call, and the plugin goes on',
    async (slip, message) => {
      const manager = await make()
      await add(manager, 'one', { plugin: 'slips' })
      expect(await manager.broadcastEvent(custom('x', slip))).toMatchObject({ failed: 1 })
      expect(manager.getDeadLetters('one')[0]!.error).toMatchObject({ name: 'TypeError', message })
      expect(manager.getPlugin('one')!.state).toBe('active')
    },
  )

  test('[EV6.a] an event that goes round stops after 8 hops, also over awaits', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'echo', events: ['ping'] }, { config: { to: 'pong' } })
    await add(manager, 'two', { plugin: 'echo', events: ['pong'] }, { config: { to: 'ping' } })
    await manager.broadcastEvent(custom('ping'))
    await until(() => statsOf(manager, 'one').eventsProcessed + statsOf(manager, 'two').eventsProcessed >= 9)
    expect(await manager.getPluginStatus('one')).toEqual({ count: 5, refused: 'EVENT_STORM' })
    expect(await manager.getPluginStatus('two')).toEqual({ count: 4, refused: null })
  })

  test('[EV6.b] [EV6.c] a plugin may publish so many events a second, and no core event without WriteVmState', async () => {
    const manager = await make({ publishesPerSecond: 20 })
    await addAsker(manager, 'one', [
      { ask: 'publish', event: { type: 'vm.stopped', data: { vmId: 'x' } } },
      { ask: 'publish', event: { type: 'y' }, times: 30 },
    ])
    const codes = await outcomesOf(manager, 'one')
    expect(codes.filter((code) => code === 'ok').length).toBeGreaterThanOrEqual(19)
    expect(codes).toContain('RATE_LIMITED')
    expect(codes[0]).toBe('PERMISSION_DENIED')

    const asks: Ask[] = [{ ask: 'publish', event: { type: 'vm.stopped', data: { vmId: 'x' } } }]
    const permissions = ['WriteVmState'] as const
    await add(manager, 'two', { plugin: 'asker', permissions }, { config: { asks }, grant: permissions })
    expect(await outcomesOf(manager, 'two')).toEqual(['ok'])
  })

  test('[EV6.b] publications that are refused and not waited for are counted, are a reason, and end nobody', async () => {
    const manager = await make({ publishesPerSecond: 100 })
    const count = 21_000
    await add(manager, 'one', { plugin: 'floods' }, { config: { what: 'events, without waiting', count } })
    await manager.broadcastEvent(custom('x'))
    const accepted = (): number => manager.context.eventBus.getStats().eventsByType.noise ?? 0
    await until(() => statsOf(manager, 'one').publishesRefused + accepted() >= count)
    expect(statsOf(manager, 'one').publishesRefused + accepted()).toBe(count)
    expect(manager.getPlugin('one')!.state).toBe('active')
    await until(() => manager.getPluginHealth('one')!.reasons.some(({ code }) => code === 'publishes-refused'))
  })

  test('[EV8.a] [EV8.b] an event published while it is not active is not for it; a restart from active loses none', async () => {
    const manager = await make()
    await addActor(manager, 'one', { handleEvent: { act: 'wait', ms: 2 } })
    const outcomes = Array.from({ length: 100 }, () => manager.broadcastEvent(custom('x')))
    await manager.restartPlugin('one')
    expect(await Promise.all(outcomes)).toEqual(
      Array.from({ length: 100 }, () => ({ delivered: 1, failed: 0, dropped: 0 })),
    )
    const stats = statsOf(manager, 'one')
    expect(stats).toMatchObject({ accepted: 100, discarded: 0, inDoubt: 0, lifetime: { eventsProcessed: 100 } })
    expect(lawHolds(stats)).toBe(true)

    await manager.disablePlugin('one')
    expect(await manager.broadcastEvent(custom('x'))).toEqual({ delivered: 0, failed: 0, dropped: 0 })
    expect(statsOf(manager, 'one').accepted).toBe(100)
  })

  test('[EV8.e] what is published while a plugin restarts or is in error is counted as missed; while it is disabled it is not', async () => {
    const manager = await make()
    await addActor(manager, 'one', { handleEvent: { act: 'throw', message: 'no' } })
    const publish = (times: number) => {
      for (let n = 0; n < times; n += 1) manager.context.eventBus.publish(custom('x'))
    }
    const stopPublishing = manager.onDidChange((fact) => {
      if (fact.type === 'state' && fact.to === 'initializing') publish(2)
    })
    await manager.restartPlugin('one')
    stopPublishing()
    expect(statsOf(manager, 'one').missed).toBe(2)
    publish(11)
    await until(() => manager.getPlugin('one')!.state === 'error')
    publish(3)
    expect(statsOf(manager, 'one').missed).toBe(5)
    await manager.disablePlugin('one')
    publish(4)
    expect(statsOf(manager, 'one').missed).toBe(5)
    const enabling = manager.enablePlugin('one')
    publish(1)
    await enabling
    expect(statsOf(manager, 'one').missed).toBe(5)
  })

  test('[EV8.e] what a plugin publishes itself while it restarts is not missed by it', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'listener', events: ['own.**'] }, { config: { publishes: 'own.event' } })
    await add(manager, 'two', { plugin: 'idle', events: [] })
    await manager.restartPlugin('one')
    expect(manager.context.eventBus.getStats().eventsByType['own.event']).toBe(2)
    expect(statsOf(manager, 'one').missed).toBe(0)
  })

  test('[EV8.c] disable empties the queue, counted', async () => {
    const manager = await make()
    await addActor(manager, 'one', { handleEvent: { act: 'wait', ms: 5 } })
    const outcomes = Array.from({ length: 300 }, () => manager.broadcastEvent(custom('x')))
    await until(() => statsOf(manager, 'one').eventsProcessed > 0)
    await manager.disablePlugin('one')
    const settled = await Promise.all(outcomes)
    const stats = statsOf(manager, 'one')
    expect(lawHolds(stats)).toBe(true)
    expect(stats).toMatchObject({ mailboxDepth: 0, inFlight: 0, inDoubt: 0 })
    expect(settled.filter(({ dropped }) => dropped === 1)).toHaveLength(stats.discarded)
    expect(stats.discarded).toBeGreaterThan(0)
  })

  test('[EV9.a] a published and a broadcast event both reach handleEvent, then the listeners, as one event', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'listener', events: ['a.**'] })
    expect(await manager.broadcastEvent(custom('a.b'))).toEqual({ delivered: 0, failed: 1, dropped: 0 })
    expect(await manager.broadcastEvent(custom('b'))).toEqual({ delivered: 0, failed: 0, dropped: 0 })
    expect(await manager.getPluginStatus('one')).toEqual(['handle', 'star', 'exact'])
    expect(statsOf(manager, 'one')).toMatchObject({ eventsProcessed: 1, errorCount: 1 })
    manager.context.eventBus.publish(custom('a.b'))
    await until(() => statsOf(manager, 'one').eventsProcessed === 2)
    expect(await manager.getPluginStatus('one')).toEqual(['handle', 'star', 'exact', 'handle', 'star', 'exact'])
  })

  test('[EV9.c] once it is active, an instance hears all it has subscribed to, however many topics', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'listener', events: [] }, { config: { more: 250 } })
    expect(await manager.broadcastEvent(custom('n.249'))).toEqual({ delivered: 1, failed: 0, dropped: 0 })
  })

  test('[EV9.c] the subscriptions of an instance end with it', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'listener', events: [] })
    expect(await manager.broadcastEvent(custom('a.b'))).toMatchObject({ failed: 1 })
    await manager.updatePluginConfig('one', { subscribes: false })
    await manager.restartPlugin('one')
    expect(await manager.broadcastEvent(custom('a.b'))).toEqual({ delivered: 0, failed: 0, dropped: 0 })
    await manager.disablePlugin('one')
    expect(manager.context.eventBus.getStats().totalSubscribers).toBe(0)
  })

  test('[EV10.a] an event arrives with its attributes, its data and an origin', async () => {
    const manager = await make({ node: 'here' })
    await add(manager, 'one', { plugin: 'event-recorder' })
    const data = { list: [1, null, { deep: 'text' }], flag: true }
    const { eventBus } = manager.context
    eventBus.publish({ type: 'order.placed', data })
    eventBus.publish({ id: 'abc', at: 1_000, type: 'a', source: 's', subject: 'b', traceparent: 't', data: 'text' })
    await expect
      .poll(() => manager.getPluginStatus('one'))
      .toEqual([
        {
          id: expect.any(String),
          type: 'order.placed',
          at: expect.any(Number),
          source: 'host',
          data,
          origin: { node: 'here' },
        },
        {
          id: 'abc',
          type: 'a',
          at: 1_000,
          source: 's',
          subject: 'b',
          traceparent: 't',
          data: 'text',
          origin: { node: 'here' },
        },
      ])
  })

  test('[EV6.d] [EV9.b] a plugin may set any `source`, but cannot forge the `origin`, and does not receive its own event', async () => {
    const manager = await make({ node: 'here' })
    const seen: unknown[] = []
    manager.context.eventBus.subscribe('greeting', ({ source, origin }) => seen.push({ source, origin }))
    const forged = { type: 'greeting', source: 'two', origin: { node: 'elsewhere', plugin: 'two' } }
    await add(manager, 'two', { plugin: 'event-recorder', events: ['greeting'] })
    const asks: Ask[] = [{ ask: 'publish', event: forged }]
    await add(manager, 'one', { plugin: 'asker' }, { config: { asks, at: 'event' } })
    await manager.broadcastEvent(custom('go'))
    await expect.poll(() => manager.getPluginStatus('two')).toMatchObject([{ type: 'greeting', source: 'two' }])
    expect(seen).toEqual([{ source: 'two', origin: { node: 'here', plugin: 'one' } }])
    // The next event comes after the greeting. It names `one` as its source, and reaches `one` all the same.
    await manager.broadcastEvent({ type: 'last', source: 'one', data: null })
    expect(await manager.getPluginStatus('one')).toMatchObject({ received: ['go', 'last'] })
  })

  test('a handler that does not settle fails after its deadline, and the next event follows', async () => {
    const manager = await make({ deadlines: { handleEventMs: 100 } })
    await addActor(manager, 'one')
    const [first, second] = await Promise.all([
      manager.broadcastEvent(acting({ act: 'never settle' })),
      manager.broadcastEvent(custom('x')),
    ])
    expect(first).toEqual({ delivered: 0, failed: 1, dropped: 0 })
    expect(second).toEqual({ delivered: 1, failed: 0, dropped: 0 })
    expect(manager.getDeadLetters('one')[0]!.error.code).toBe('HOOK_TIMEOUT')
  })

  test('shared data has versions, compare-and-set and notices; reading it takes no request', async () => {
    const manager = await make()
    manager.context.sharedData.set('a', 'host')
    await add(
      manager,
      'one',
      { plugin: 'shared-data-watcher', permissions: ['WriteVmState'] },
      { grant: ['WriteVmState'] },
    )
    expect(manager.context.sharedData.get('a')).toEqual({ value: 'mine', version: 2 })
    manager.context.sharedData.delete('a')
    await expect
      .poll(() => manager.getPluginStatus('one'))
      .toEqual([{ value: 'host', version: 1 }, null, 'a@2', 2, 'a@3'])
  })

  test('messages go from plugin to plugin, and the sender gets an error if a listener throws', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'message-recorder' }, { config: { failOn: 'bad' } })
    await addAsker(manager, 'two', [
      { ask: 'send', to: 'one', type: 'hi', data: 1 },
      { ask: 'send', to: 'one', type: 'bad' },
      { ask: 'send', to: 'nobody', type: 'hi' },
    ])
    expect(await outcomesOf(manager, 'two')).toEqual(['ok', 'MESSAGE_FAILED', 'PLUGIN_NOT_FOUND'])
    expect(await manager.getPluginStatus('one')).toEqual([{ from: 'two', type: 'hi', data: 1 }])
    expect(await manager.broadcastMessage({ from: 'two', type: 'hi', data: 2 })).toEqual({ delivered: 1, failed: 0 })
    expect(statsOf(manager, 'one')).toMatchObject({ eventsProcessed: 0, errorCount: 0 })
  })
})

test('[EV3.b] a handler in a loop delays no other plugin', async () => {
  const manager = await createManager({ deadlines: { stopMs: 100, handleEventMs: 100 } })
  await loadActor(manager, 'loop', { handleEvent: { act: 'loop for ever' } })
  await load(manager, 'well', { plugin: 'counter' })
  for (let n = 0; n < 200; n += 1) manager.context.eventBus.publish(custom('x', n))
  await until(() => statsOf(manager, 'well').eventsProcessed === 200)
  expect(statsOf(manager, 'well').errorCount).toBe(0)
  // All that while the loop has been running, and runs still.
  expect(manager.getPlugin('loop')).toMatchObject({ state: 'active', stats: { eventsProcessed: 0 } })
})

test.each([
  ['drop-oldest', [0, 8, 9]],
  ['drop-newest', [0, 1, 2]],
] as const)('[EV4.b] a full mailbox drops by its policy: %s', async (overflow, kept) => {
  const manager = await createManager({ mailboxCapacity: 2, overflow })
  await load(manager, 'one', { plugin: 'slow-first-event' })
  const first = manager.broadcastEvent(custom('x', 0))
  await until(() => statsOf(manager, 'one').inFlight === 1)
  // In one turn: nothing leaves the mailbox in between.
  const outcomes = Array.from({ length: 9 }, (_, n) => manager.broadcastEvent(custom('x', n + 1)))
  expect(statsOf(manager, 'one')).toMatchObject({ dropped: 7, mailboxDepth: 2 })
  await manager.sendMessageToPlugin({ from: 'host', to: 'one', type: 'release', data: null })
  await Promise.all([first, ...outcomes])
  expect(await manager.getPluginStatus('one')).toEqual(kept)
  expect(lawHolds(statsOf(manager, 'one'))).toBe(true)
})

test.each([
  ['no object', null, ''],
  ['no type', { data: 1 }, '/type'],
  ['a type that is no name', { type: 'a..b' }, '/type'],
  ['no data of a type that ships', { type: 'vm.started' }, '/data'],
  ['a missing field', { type: 'vm.started', data: {} }, '/data/vmId'],
  [
    'a value that is no number',
    { type: 'performance.update', data: { metric: 'm', value: Number.NaN } },
    '/data/value',
  ],
  ['a type with a star', { type: 'a.*', data: 1 }, '/type'],
  ['a source that is no text', { type: 'a', source: 5 }, '/source'],
  ['an empty subject', { type: 'a', subject: '' }, '/subject'],
  ['data that is not JSON', { type: 'a', data: 1n }, '/data'],
])('an event with %s is refused', async (_name, event, pointer) => {
  const manager = await createManager()
  await expect(manager.broadcastEvent(event as never)).rejects.toMatchObject({
    code: 'EVENT_INVALID',
    details: [{ pointer }],
  })
})

test('[EV10.c] an event above 256 KiB is refused; one below arrives whole', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'measures-data' })
  await expect(manager.broadcastEvent(custom('x', 'a'.repeat(300_000)))).rejects.toMatchObject({ code: 'TOO_LARGE' })
  await manager.broadcastEvent(custom('x', 'é'.repeat(120_000)))
  expect(await manager.getPluginStatus('one')).toBe(120_000)
})

test('the bus counts by topic, tells its listeners, and lets none stop the others', async () => {
  const manager = await createManager()
  const seen: string[] = []
  manager.context.eventBus.subscribe('vm.*', () => {
    throw new Error('listener')
  })
  const dispose = manager.context.eventBus.subscribe('**', (event) => seen.push(event.type))
  manager.context.eventBus.publish({ type: 'vm.started', data: { vmId: 'a' } })
  expect(manager.context.eventBus.getStats()).toEqual({
    totalPublished: 1,
    totalSubscribers: 2,
    eventsByType: { 'vm.started': 1 },
  })
  dispose()
  manager.context.eventBus.publish({ type: 'vm.stopped', data: { vmId: 'a' } })
  expect(seen).toEqual(['vm.started'])
  manager.context.eventBus.resetStats()
  expect(manager.context.eventBus.getStats()).toEqual({ totalPublished: 0, totalSubscribers: 1, eventsByType: {} })
})
