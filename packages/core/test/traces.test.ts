import { describe, expect, test } from 'vitest'
import type { LoadOptions, PluginManager, PluginManagerOptions, Trace } from '../src/index.ts'
import {
  acting,
  createManager,
  custom,
  load,
  statsOf,
  until,
  untilState,
  writePlugin,
  type PluginFiles,
} from './support.ts'

/** Each delivery as `event → plugin: state`, and each refusal. */
const outline = (trace: Trace | undefined): string[] =>
  trace?.parts.flatMap(({ event, deliveries, refusals }) => [
    ...deliveries.map(({ plugin, state }) => `${event.type} → ${plugin}: ${state}`),
    ...refusals.map(({ plugin, type, code }) => `${plugin} may not publish ${type}: ${code}`),
  ]) ?? []

/** The latest trace that begins with this type, once it has ended. */
async function traceOf(manager: PluginManager, type: string): Promise<Trace> {
  const find = () => manager.context.traces.list({ limit: 100 }).find(({ event }) => event.type === type)
  await until(() => find()?.open === 0, `no trace of ${type} ended`)
  return manager.context.traces.get(find()!.id)!
}

// One contract for both tiers.
describe.each(['process', 'inline'] as const)('%s', (isolation) => {
  const make = (options: PluginManagerOptions = {}) =>
    createManager({ inlinePlugins: ['one', 'two', 'three'], ...options })
  const add = (manager: PluginManager, id: string, files: PluginFiles = {}, options: LoadOptions = {}) =>
    load(manager, id, files, { isolation, ...options })

  test('[EV11.a] a trace holds what is published because of an event, and where each of it ends', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'echo', events: ['order.placed'] }, { config: { to: 'order.paid' } })
    await add(manager, 'two', { plugin: 'echo', events: ['order.paid'] }, { config: { to: 'vm.stopped' } })
    const handleEvent = { act: 'throw', message: 'out of stock' }
    await add(manager, 'three', { plugin: 'actor', events: ['order.*'], version: '3.2.1' }, { config: { handleEvent } })
    await manager.broadcastEvent(custom('order.placed', { number: 7 }))
    await until(() => statsOf(manager, 'two').eventsProcessed === 1)

    const trace = await traceOf(manager, 'order.placed')
    expect(trace).toMatchObject({ reason: 'sampled', events: 2, deliveries: 4, unhandled: 2, open: 0, leftOut: 0 })
    expect(outline(trace)).toEqual([
      'order.placed → one: handled',
      'order.placed → three: failed',
      'order.paid → two: handled',
      'order.paid → three: failed',
      'two may not publish vm.stopped: PERMISSION_DENIED',
    ])
    const [placed, paid] = trace.parts
    expect(placed).toMatchObject({
      cause: null,
      afterMs: 0,
      event: { data: { number: 7 }, origin: { node: manager.context.node } },
    })
    expect(paid).toMatchObject({ cause: { event: 0, plugin: 'one' }, event: { origin: { plugin: 'one' } } })
    expect(paid!.deliveries[1]).toMatchObject({
      version: '3.2.1',
      error: { name: 'Error', message: 'out of stock' },
    })
    // The handler of one waits for its publication.
    const { waitedMs, tookMs } = placed!.deliveries[0]!
    expect(paid!.afterMs).toBeGreaterThan(waitedMs!)
    expect(paid!.afterMs).toBeLessThanOrEqual(waitedMs! + tookMs!)
    expect(trace.lastsMs).toBeGreaterThanOrEqual(paid!.afterMs)
  })

  test('[EV11.a] [EV6.a] an event that goes round is one trace, which ends where the storm is refused', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'echo', events: ['ping'] }, { config: { to: 'pong' } })
    await add(manager, 'two', { plugin: 'echo', events: ['pong'] }, { config: { to: 'ping' } })
    await manager.broadcastEvent(custom('ping'))
    await until(() => statsOf(manager, 'one').eventsProcessed === 5)
    const trace = await traceOf(manager, 'ping')
    expect(trace.parts.map(({ cause }) => cause?.event ?? null)).toEqual([null, 0, 1, 2, 3, 4, 5, 6, 7])
    expect(outline(trace).at(-1)).toBe('one may not publish pong: EVENT_STORM')
  })

  test('[EV11.b] of each type one event a second is followed, and the next of a pattern where somebody asks', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'actor' })
    const { traces, eventBus } = manager.context
    const started = performance.now()
    for (let n = 0; n < 50; n += 1) for (const type of ['x', 'y']) eventBus.publish(custom(type, n))
    const most = 2 * Math.ceil((performance.now() - started) / 1_000 + 1)
    const sampled = traces.list({ limit: 100 })
    expect(sampled.length).toBeGreaterThanOrEqual(2)
    expect(sampled.length).toBeLessThanOrEqual(most)
    expect(new Set(sampled.map(({ event }) => event.type))).toEqual(new Set(['x', 'y']))

    expect(traces.armings.add('x', 10)).toMatchObject({ pattern: 'x', remaining: 10 })
    for (let n = 0; n < 50; n += 1) for (const type of ['x', 'y']) eventBus.publish(custom(type, 100 + n))
    const armed = traces.list({ limit: 100 }).filter(({ reason }) => reason === 'armed')
    expect(armed.map(({ event }) => event.data).toReversed()).toEqual([
      100, 101, 102, 103, 104, 105, 106, 107, 108, 109,
    ])
    expect(traces.armings.list()).toEqual([])
    await until(() => statsOf(manager, 'one').eventsProcessed === 200)
    expect(traces.list({ limit: 100 }).every(({ open, unhandled }) => open === 0 && unhandled === 0)).toBe(true)
  })

  test('[EV11.b] a dead letter that is replayed is followed, and found by the id of its event', async () => {
    const manager = await make()
    await add(manager, 'one', { plugin: 'actor' })
    await manager.broadcastEvent(acting({ act: 'throw', message: 'no' }))
    const [letter] = manager.getDeadLetters('one')
    await manager.replayDeadLetter('one', letter!.id)
    const found = manager.context.traces.list({ limit: 10, event: letter!.events[0]!.id })
    expect(found.map(({ reason, unhandled }) => [reason, unhandled])).toEqual([
      ['replayed', 1],
      ['sampled', 1],
    ])
    expect(manager.context.traces.list({ limit: 10, plugin: 'two' })).toEqual([])
    expect(manager.context.traces.list({ limit: 10, unhandled: true })).toHaveLength(2)
    expect(manager.context.traces.list({ limit: 10, plugin: 'one', before: found[0]!.id })).toHaveLength(1)
  })
})

test('[EV11.a] [UP1.a] an update hands an event that had not begun to the new version, and the trace says so', async () => {
  const manager = await createManager()
  const handleEvent = { act: 'wait', ms: 300 } as const
  await load(manager, 'one', { plugin: 'actor', events: ['x'] }, { config: { handleEvent } })
  manager.context.traces.armings.add('x', 2)
  const both = Promise.all([manager.broadcastEvent(custom('x', 1)), manager.broadcastEvent(custom('x', 2))])
  const traces = () => manager.context.traces.list({ limit: 2 }).map(({ id }) => manager.context.traces.get(id)!)
  await until(() => traces().at(-1)?.parts[0]!.deliveries[0]!.state === 'handling')
  const path = await writePlugin('one', { plugin: 'actor', events: ['x'], version: '1.1.0' })
  await manager.updatePlugin('one', { path })
  expect(await both).toMatchObject([{ delivered: 1 }, { delivered: 1 }])
  const deliveries = traces().map(({ parts }) => parts[0]!.deliveries[0]!)
  expect(deliveries.map(({ version, state }) => [version, state])).toEqual([
    ['1.1.0', 'handled'],
    ['1.0.0', 'handled'],
  ])
  expect(deliveries[1]!.tookMs).toBeGreaterThan(250)
  expect(deliveries[0]!.waitedMs).toBeGreaterThan(250)
})

test('[EV11.a] what the guest itself refuses is in the trace', async () => {
  const manager = await createManager()
  const asks = [{ ask: 'publish', event: { type: 'large' }, padding: 300_000 }]
  await load(manager, 'one', { plugin: 'asker', events: ['x'] }, { config: { asks, at: 'event' } })
  await manager.broadcastEvent(custom('x'))
  const trace = await traceOf(manager, 'x')
  expect(outline(trace)).toEqual(['x → one: handled', 'one may not publish large: TOO_LARGE'])
})

test('[EV11.a] what ends in a queue, in a death or nowhere is said', async () => {
  const manager = await createManager()
  const limits = { mailboxCapacity: 1 }
  await load(manager, 'one', { plugin: 'actor', events: ['**'] }, { limits })
  manager.context.traces.armings.add('**', 100)
  const wait = manager.broadcastEvent(acting({ act: 'never settle' }, 'first'))
  const first = () =>
    manager.context.traces.get(manager.context.traces.list({ limit: 300 }).at(-1)!.id)!.parts[0]!.deliveries[0]!
  await until(() => first().state === 'handling')
  expect(first()).toMatchObject({ version: '1.0.0', error: null })

  // What fits in flight is sent; beyond that there is room for one.
  for (let n = 0; n < 20; n += 1) {
    manager.context.eventBus.publish(custom('second', n))
    await Promise.resolve()
  }
  expect(manager.context.traces.list({ limit: 200 }).some(({ unhandled }) => unhandled === 1)).toBe(true)
  process.kill(manager.getPlugin('one')!.pid!, 'SIGKILL')
  await untilState(manager, 'one', 'error')
  await wait
  expect(['failed', 'in-doubt']).toContain(first().state)
  expect(first().error?.message).toBeTruthy()

  manager.context.eventBus.publish(custom('third'))
  const states = manager.context.traces
    .list({ limit: 200 })
    .map(({ id }) => manager.context.traces.get(id)!.parts[0]!.deliveries[0]!.state)
  expect(states[0]).toBe('missed')
  expect(new Set(states)).toEqual(new Set(['missed', 'discarded', 'dropped', 'in-doubt', first().state]))
})
