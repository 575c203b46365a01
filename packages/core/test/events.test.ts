import { describe, expect, test } from 'vitest'
import type { LoadOptions, PluginManager, PluginManagerOptions } from '../src/index.ts'
import { createManager, custom, lawHolds, load, statsOf, until, untilState, type PluginFiles } from './support.ts'

// One contract for both tiers.
describe.each(['process', 'inline'] as const)('%s', (isolation) => {
  const make = (options: PluginManagerOptions = {}) =>
    createManager({ inlinePlugins: ['one', 'two', 'three'], ...options })
  const add = (manager: PluginManager, id: string, files: PluginFiles = {}, options: LoadOptions = {}) =>
    load(manager, id, files, { isolation, ...options })

  test('[EV1.a] [EV1.b] counts every handled event and every failure, from 0 with each instance', async () => {
    const manager = await make()
    await add(manager, 'one', {
      methods: 'handleEvent(event: any) { if (event.data % 4 === 0) throw new Error("fourth") }',
    })
    for (let n = 1; n <= 20; n += 1) await manager.broadcastEvent(custom('x', n))
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
    await add(manager, 'one', { methods: 'async handleEvent() { throw new Error("always") }' })
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
    await add(manager, 'one', { methods: 'handleEvent() { throw new Error("always") }' })
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
    await add(manager, 'one', { methods: 'handleEvent() { throw new Error("no") }' })
    await add(manager, 'two', { methods: 'handleEvent() {}' })
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => manager.broadcastEvent(custom('x'))))
    await untilState(manager, 'one', 'error')
    expect(statsOf(manager, 'two')).toMatchObject({ eventsProcessed: 50, errorCount: 0 })
    expect(outcomes.every(({ delivered }) => delivered === 1)).toBe(true)
  })

  test('[EV4.a] handles one at a time, in publish order', async () => {
    const manager = await make()
    const methods = `
      async handleEvent(event: any) {
        if (busy) throw new Error('two at once')
        busy = true
        await new Promise((resolve) => setTimeout(resolve, event.data % 3))
        seen.push(event.data)
        busy = false
      },
      status: () => seen,`
    await add(manager, 'one', { top: 'let busy = false; const seen: number[] = []', methods })
    const numbers = Array.from({ length: 100 }, (_, n) => n)
    await Promise.all(numbers.map((n) => manager.broadcastEvent(custom('x', n))))
    expect(await manager.getPluginStatus('one')).toEqual(numbers)
    expect(statsOf(manager, 'one').errorCount).toBe(0)
  })

  test('[EV5.a] a failed event is a dead letter with its error and stack; evictions leave the newest', async () => {
    const manager = await make({ deadLetterCapacity: 3 })
    await add(manager, 'one', {
      methods: 'handleEvent(event: any) { throw Object.assign(new TypeError("bad " + event.data), { code: "E_BAD" }) }',
    })
    for (let n = 1; n <= 5; n += 1) await manager.broadcastEvent(custom('x', n))
    const letters = manager.getDeadLetters('one')
    expect(letters.map(({ error }) => error.message)).toEqual(['bad 5', 'bad 4', 'bad 3'])
    expect(letters[0]).toMatchObject({
      reason: 'handler-failed',
      events: [{ type: 'x', data: 5 }],
      error: { name: 'TypeError', code: 'E_BAD' },
    })
    expect(letters[0]!.error.stack).toContain('index.ts')
  })

  test('[EV8.d] the law holds also for who looks while a dead letter is announced', async () => {
    const manager = await make()
    const broken: number[] = []
    manager.onDidChange((fact) => {
      if (fact.type === 'dead-letter' && !lawHolds(statsOf(manager, fact.id))) broken.push(fact.at)
    })
    await add(manager, 'one', { methods: 'handleEvent() { throw new Error("no") }' })
    await Promise.all(Array.from({ length: 50 }, () => manager.broadcastEvent(custom('x'))))
    await untilState(manager, 'one', 'error')
    expect(manager.getDeadLetters('one')).toHaveLength(11)
    expect(broken).toEqual([])
  })

  test('[EV5.b] a dead letter can be replayed once it would succeed, or discarded', async () => {
    const manager = await make()
    const methods = 'handleEvent() { if (context.config.broken) throw new Error("broken") }, updateConfig() {}'
    await add(manager, 'one', { methods }, { config: { broken: true } })
    for (let n = 0; n < 3; n += 1) await manager.broadcastEvent(custom('x', n))
    const [last, middle, first] = manager.getDeadLetters('one').map(({ id }) => id)
    manager.discardDeadLetter('one', first!)
    manager.replayDeadLetter('one', middle!)
    await until(() => statsOf(manager, 'one').eventsProcessed === 4)
    expect(manager.getDeadLetters('one').map(({ events }) => events[0])).toMatchObject([{ data: 1 }, { data: 2 }])

    await manager.updatePluginConfig('one', { broken: false })
    expect(manager.replayDeadLetter('one', last!)).toBe(1)
    await until(() => statsOf(manager, 'one').eventsProcessed === 5)
    expect(statsOf(manager, 'one')).toMatchObject({ accepted: 5, errorCount: 4, deadLetters: 1 })
    expect(lawHolds(statsOf(manager, 'one'))).toBe(true)
    expect(() => manager.replayDeadLetter('one', last!)).toThrow(
      expect.objectContaining({ code: 'DEAD_LETTER_NOT_FOUND' }),
    )
    await manager.disablePlugin('one')
    const [left] = manager.getDeadLetters('one')
    expect(() => manager.replayDeadLetter('one', left!.id)).toThrow(
      expect.objectContaining({ code: 'ILLEGAL_TRANSITION' }),
    )
    expect(manager.getDeadLetters('one')).toHaveLength(1)
  })

  test('[EV5.d] whatever can be thrown is told as data', async () => {
    const manager = await make()
    const methods =
      'handleEvent({ data }: any) { if (data === 0) throw null; if (data === 1) return Promise.reject(undefined); throw { get a() { throw 1 } } }'
    await add(manager, 'one', { methods })
    for (let n = 0; n < 3; n += 1) await manager.broadcastEvent(custom('x', n))
    expect(manager.getDeadLetters('one').map(({ error }) => error.message)).toEqual([
      'threw a value that cannot be shown',
      'threw undefined',
      'threw null',
    ])
  })

  test('[EV6.a] an event that goes round stops after 8 hops, also over awaits', async () => {
    const manager = await make()
    const echo = (to: string) => `
      async handleEvent(event: any) {
        count += 1
        await new Promise((resolve) => setTimeout(resolve, 1))
        try { await context.eventBus.publish({ type: '${to}', data: null }) } catch (error: any) { refused = error.code }
      },
      status: () => ({ count, refused }),`
    const top = 'let count = 0; let refused: string | null = null'
    await add(manager, 'one', { top, methods: echo('pong'), events: ['ping'] })
    await add(manager, 'two', { top, methods: echo('ping'), events: ['pong'] })
    await manager.broadcastEvent(custom('ping'))
    await until(() => statsOf(manager, 'one').eventsProcessed + statsOf(manager, 'two').eventsProcessed >= 9)
    expect(await manager.getPluginStatus('one')).toEqual({ count: 5, refused: 'EVENT_STORM' })
    expect(await manager.getPluginStatus('two')).toEqual({ count: 4, refused: null })
  })

  test('[EV6.b] [EV6.c] a plugin may publish so many events a second, and no core event without WriteVmState', async () => {
    const manager = await make({ publishesPerSecond: 20 })
    const methods = `
      async start() {
        await context.eventBus.publish({ type: 'vm.stopped', data: { vmId: 'x' } }).catch((error: any) => codes.push(error.code))
        for (let n = 0; n < 30; n += 1) codes.push(await context.eventBus.publish({ type: 'y', data: n }).then(() => 'ok', (error: any) => error.code))
      },
      status: () => codes,`
    await add(manager, 'one', { top: 'const codes: string[] = []', methods })
    const codes = (await manager.getPluginStatus('one')) as string[]
    expect(codes.filter((code) => code === 'ok').length).toBeGreaterThanOrEqual(19)
    expect(codes).toContain('RATE_LIMITED')
    expect(codes[0]).toBe('PERMISSION_DENIED')
  })

  test('[EV8.a] [EV8.b] an event published while it is not active is not for it; a restart from active loses none', async () => {
    const manager = await make()
    await add(manager, 'one', { methods: 'handleEvent: () => new Promise((resolve) => setTimeout(resolve, 2))' })
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

  test('[EV8.c] disable empties the queue, counted', async () => {
    const manager = await make()
    await add(manager, 'one', { methods: 'handleEvent: () => new Promise((resolve) => setTimeout(resolve, 5))' })
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

  test('[EV9.a] [EV9.b] [EV9.c] reaches handleEvent, then listeners, as one event; nobody receives its own', async () => {
    const manager = await make()
    const methods = `
      start() {
        context.eventBus.subscribe('a.*', () => { order.push('star') })
        context.eventBus.subscribe('a.b', () => { order.push('exact'); throw new Error('in a listener') })
        context.eventBus.publish({ type: 'a.b', data: null })
      },
      handleEvent() { order.push('handle') },
      status: () => order,`
    await add(manager, 'one', { top: 'const order: string[] = []', methods, events: ['a.**'] })
    await until(() => manager.context.eventBus.getStats().totalPublished === 1)
    expect(await manager.broadcastEvent(custom('a.b'))).toEqual({ delivered: 0, failed: 1, dropped: 0 })
    expect(await manager.broadcastEvent(custom('b'))).toEqual({ delivered: 0, failed: 0, dropped: 0 })
    expect(await manager.getPluginStatus('one')).toEqual(['handle', 'star', 'exact'])
    expect(statsOf(manager, 'one')).toMatchObject({ eventsProcessed: 1, errorCount: 1 })

    await manager.disablePlugin('one')
    expect(manager.context.eventBus.getStats().totalSubscribers).toBe(0)
  })

  test('[EV10.a] an event arrives with its attributes, its data and an origin', async () => {
    const manager = await make({ node: 'here' })
    await add(manager, 'one', {
      top: 'const seen: any[] = []',
      methods: 'handleEvent(event: any) { seen.push(event) }, status: () => seen',
    })
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

  test('[EV6.d] [EV9.b] a plugin names any source, but neither its origin nor somebody else as publisher', async () => {
    const manager = await make({ node: 'here' })
    const seen: unknown[] = []
    manager.context.eventBus.subscribe('greeting', ({ source, origin }) => seen.push({ source, origin }))
    const forged = `{ type: 'greeting', data: null, source: 'two', origin: { node: 'elsewhere', plugin: 'two' } }`
    const record = 'handleEvent(event: any) { got.push(event.type) }, status: () => got'
    await add(manager, 'two', { top: 'const got: any[] = []', methods: record })
    await add(manager, 'one', {
      top: 'const got: any[] = []',
      methods: `async start() { await context.eventBus.publish(${forged} as any) }, ${record}`,
    })
    expect(seen).toEqual([{ source: 'two', origin: { node: 'here', plugin: 'one' } }])
    await expect.poll(() => manager.getPluginStatus('two')).toEqual(['greeting'])
    expect(await manager.getPluginStatus('one')).toEqual([])
  })

  test('a handler that does not settle fails after its deadline, and the next event follows', async () => {
    const manager = await make({ deadlines: { handleEventMs: 100 } })
    await add(manager, 'one', {
      methods: 'handleEvent: (event: any) => (event.data === 1 ? new Promise(() => {}) : undefined)',
    })
    const [first, second] = await Promise.all([
      manager.broadcastEvent(custom('x', 1)),
      manager.broadcastEvent(custom('x', 2)),
    ])
    expect(first).toEqual({ delivered: 0, failed: 1, dropped: 0 })
    expect(second).toEqual({ delivered: 1, failed: 0, dropped: 0 })
    expect(manager.getDeadLetters('one')[0]!.error.code).toBe('HOOK_TIMEOUT')
  })

  test('shared data has versions, compare-and-set and notices', async () => {
    const manager = await make()
    const methods = `
      async start() {
        context.sharedData.onDidChange(({ key, version }: any) => { seen.push(key + '@' + version) })
        seen.push(await context.sharedData.get('a'))
        seen.push(await context.sharedData.compareAndSet('a', 0, 'mine'))
        seen.push(await context.sharedData.compareAndSet('a', 1, 'mine'))
      },
      status: () => seen,`
    manager.context.sharedData.set('a', 'host')
    await add(
      manager,
      'one',
      { top: 'const seen: any[] = []', methods, permissions: ['ReadVmState', 'WriteVmState'] },
      { grant: ['WriteVmState'] },
    )
    expect(manager.context.sharedData.get('a')).toEqual({ value: 'mine', version: 2 })
    manager.context.sharedData.delete('a')
    await expect.poll(() => manager.getPluginStatus('one')).toEqual([{ value: 'host', version: 1 }, null, 2, 'a@3'])
  })

  test('messages go from plugin to plugin, and a listener that throws is the sender’s to know', async () => {
    const manager = await make()
    await add(manager, 'one', {
      top: 'const got: any[] = []',
      methods:
        'start() { context.messages.onMessage((m: any) => { if (m.type === "bad") throw new Error("no"); got.push(m) }) }, status: () => got',
    })
    await add(manager, 'two', {
      top: 'const codes: any[] = []',
      methods: `async start() { for (const [to, type] of [['one', 'hi'], ['one', 'bad'], ['nobody', 'hi']]) codes.push(await context.messages.send(to, type, 1).then(() => 'ok', (error: any) => error.code)) }, status: () => codes`,
    })
    expect(await manager.getPluginStatus('two')).toEqual(['ok', 'MESSAGE_FAILED', 'PLUGIN_NOT_FOUND'])
    expect(await manager.getPluginStatus('one')).toEqual([{ from: 'two', type: 'hi', data: 1 }])
    expect(await manager.broadcastMessage({ from: 'two', type: 'hi', data: 2 })).toEqual({ delivered: 1, failed: 0 })
    expect(statsOf(manager, 'one')).toMatchObject({ eventsProcessed: 0, errorCount: 0 })
  })
})

test('[EV3.b] a handler in a loop delays no other plugin', async () => {
  const manager = await createManager({ deadlines: { stopMs: 100, handleEventMs: 100 } })
  await load(manager, 'loop', { methods: 'handleEvent() { for (;;); }' })
  await load(manager, 'well', { methods: 'handleEvent() {}' })
  for (let n = 0; n < 200; n += 1) manager.context.eventBus.publish(custom('x', n))
  await until(() => statsOf(manager, 'well').eventsProcessed === 200)
  expect(statsOf(manager, 'well').errorCount).toBe(0)
})

test.each([
  ['drop-oldest', [0, 8, 9]],
  ['drop-newest', [0, 1, 2]],
] as const)('[EV4.b] a full mailbox drops by its policy: %s', async (overflow, kept) => {
  const manager = await createManager({ mailboxCapacity: 2, overflow })
  const methods =
    'async handleEvent(event: any) { seen.push(event.data); if (event.data === 0) await new Promise((resolve) => setTimeout(resolve, 300)) }, status: () => seen'
  await load(manager, 'one', { top: 'const seen: number[] = []', methods })
  const first = manager.broadcastEvent(custom('x', 0))
  await until(() => statsOf(manager, 'one').inFlight === 1)
  // In one turn: nothing leaves the mailbox in between.
  const outcomes = Array.from({ length: 9 }, (_, n) => manager.broadcastEvent(custom('x', n + 1)))
  expect(statsOf(manager, 'one')).toMatchObject({ dropped: 7, mailboxDepth: 2 })
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
  await load(manager, 'one', {
    top: 'let size = 0',
    methods: 'handleEvent(event: any) { size = event.data.length }, status: () => size',
  })
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
