import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { PluginManager, StoredPlugin } from '../src/index.ts'
import {
  createManager,
  custom,
  isAlive,
  lawHolds,
  statsOf,
  until,
  untilLogged,
  untilState,
  writePlugin,
  type PluginFiles,
} from './support.ts'
import { sourceOf } from './versions.ts'

/** The code of a plugin with these hooks. */
const code = (hooks = '', top = ''): string =>
  `const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))\n${top}\nexport default (context) => ({ ${hooks} })\n`

const write = (
  version: string,
  hooks = '',
  { top = '', ...more }: PluginFiles & { top?: string } = {},
): Promise<string> => writePlugin('one', { version, code: code(hooks, top), events: ['x'], ...more })

const publish = (manager: PluginManager, count: number): void => {
  for (let n = 0; n < count; n += 1) manager.context.eventBus.publish(custom('x', n))
}

const SLOW_EXPORT = 'async exportState() { await sleep(700); return 1 }, importState() {}'
const HAS_STATE = 'exportState: () => 1, importState() {}'

describe('[UP3.e] another operation in the middle of the way back ends both versions, and the former one counts', () => {
  test('a disable', async () => {
    const manager = await createManager()
    await manager.loadPlugin(await write('1.0.0', HAS_STATE))
    const former = manager.getPlugin('one')!.pid!
    await manager.updatePlugin('one', { path: await write('1.1.0', SLOW_EXPORT) })
    const bad = manager.getPlugin('one')!.pid!
    const settling = manager.settleUpdate('one', 'bad').catch((error: unknown) => error)
    await until(() => manager.getPlugin('one')!.update?.phase === 'rolling-back')
    await sleep(100)
    await manager.disablePlugin('one')
    expect(await settling).toMatchObject({ code: 'ABORTED' })
    expect(manager.getPlugin('one')).toMatchObject({
      state: 'loaded',
      metadata: { version: '1.0.0' },
      update: { phase: 'rolled-back' },
    })
    expect([isAlive(former), isAlive(bad)]).toEqual([false, false])
  })

  test('a disable, where only one version may run at a time', async () => {
    const manager = await createManager()
    await manager.loadPlugin(
      await write('1.0.0', 'async start() { await sleep(count++ ? 1_500 : 0) }', { top: 'let count = 0' }),
    )
    const former = manager.getPlugin('one')!.pid!
    await manager.updatePlugin('one', { path: await write('1.1.0'), strategy: 'exclusive' })
    const bad = manager.getPlugin('one')!.pid!
    const settling = manager.settleUpdate('one', 'bad').catch((error: unknown) => error)
    await untilState(manager, 'one', 'initializing')
    await sleep(100)
    await manager.disablePlugin('one')
    expect(await settling).toMatchObject({ code: 'ABORTED' })
    expect(manager.getPlugin('one')).toMatchObject({ state: 'loaded', metadata: { version: '1.0.0' } })
    expect([isAlive(former), isAlive(bad)]).toEqual([false, false])
  })

  test('a restart, which starts the former version', async () => {
    const manager = await createManager()
    await manager.loadPlugin(await write('1.0.0', HAS_STATE))
    const former = manager.getPlugin('one')!.pid!
    await manager.updatePlugin('one', { path: await write('1.1.0', SLOW_EXPORT) })
    const settling = manager.settleUpdate('one', 'bad').catch((error: unknown) => error)
    await until(() => manager.getPlugin('one')!.update?.phase === 'rolling-back')
    await sleep(100)
    await manager.restartPlugin('one')
    expect(await settling).toMatchObject({ code: 'ABORTED' })
    expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.0.0' } })
    expect(isAlive(former)).toBe(false)
  })

  test('a close, after which the former version is started', async () => {
    const folders = { '1.0.0': await write('1.0.0', HAS_STATE), '1.1.0': await write('1.1.0', SLOW_EXPORT) }
    const manager = await createManager({ catalog: sourceOf(folders) })
    await manager.loadPlugin({ id: 'one', version: '1.0.0' })
    await manager.updatePlugin('one', { version: '1.1.0' })
    const settling = manager.settleUpdate('one', 'bad').catch((error: unknown) => error)
    await until(() => manager.getPlugin('one')!.update?.phase === 'rolling-back')
    await sleep(100)
    await manager.close()
    await settling
    expect(manager.getStoredPlugin('one')).toMatchObject({ metadata: { version: '1.0.0' } })
  })
})

test('[UP3.c] the event in hand passes the error limit while its version goes back: the former one goes on with the queue', async () => {
  const manager = await createManager({ errorLimit: 2 })
  await manager.loadPlugin(await write('1.0.0', 'handleEvent() {}'))
  const former = manager.getPlugin('one')!.pid
  await manager.updatePlugin('one', {
    path: await write('1.1.0', `async handleEvent() { await sleep(300); throw new Error('no') }`),
  })
  publish(manager, 20)
  await until(() => statsOf(manager, 'one').errorCount === 2)
  expect(await manager.settleUpdate('one', 'bad')).toMatchObject({ phase: 'rolled-back' })
  await until(() => statsOf(manager, 'one').mailboxDepth + statsOf(manager, 'one').inFlight === 0)
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.0.0' }, pid: former })
  expect(lawHolds(statsOf(manager, 'one'))).toBe(true)
  expect(statsOf(manager, 'one')).toMatchObject({ discarded: 0, dropped: 0, inDoubt: 0, accepted: 20 })
})

test('[UP3.c] a version that crashes while it goes back costs no event that it had not begun, and the plugin is never in error', async () => {
  const manager = await createManager()
  await manager.loadPlugin(await write('1.0.0', 'handleEvent() {}'))
  const path = await write('1.1.0', 'async handleEvent() { await sleep(300) }, exportState() { process.exit(3) }')
  await manager.updatePlugin('one', { path })
  const states: string[] = []
  manager.onDidChange((fact) => fact.type === 'state' && states.push(fact.to))
  publish(manager, 20)
  await sleep(100)
  expect(await manager.settleUpdate('one', 'bad')).toMatchObject({ phase: 'rolled-back' })
  await until(() => statsOf(manager, 'one').mailboxDepth + statsOf(manager, 'one').inFlight === 0)
  expect(states).not.toContain('error')
  expect(statsOf(manager, 'one')).toMatchObject({ discarded: 0, dropped: 0 })
  expect(statsOf(manager, 'one').lifetime.eventsProcessed).toBe(20)
})

test('[UP1.c] a version that passes its error limit while the former one is still being ended is stopped for that', async () => {
  const manager = await createManager({ errorLimit: 2 })
  await manager.loadPlugin(await write('1.0.0', 'async cleanup() { await sleep(600) }'))
  await manager.updatePlugin('one', { path: await write('1.1.0', `handleEvent() { throw new Error('no') }`) })
  const settling = manager.settleUpdate('one', 'good')
  await sleep(100)
  publish(manager, 5)
  expect(await settling).toMatchObject({ phase: 'settled' })
  await untilState(manager, 'one', 'error')
  expect(manager.getPlugin('one')).toMatchObject({ lastError: { code: 'ERROR_LIMIT' }, pid: null })
})

describe('versions that cannot run side by side', () => {
  const deadlines = { stopMs: 200, handleEventMs: 200 }
  const BLOCKS = 'handleEvent() {}, stop() { const end = Date.now() + 2_000; while (Date.now() < end); }'

  test('[UP6.a] an old version that does not answer its stop is killed before the new one is made', async () => {
    const manager = await createManager({ deadlines })
    await manager.loadPlugin(await write('1.0.0', BLOCKS))
    const { pid } = manager.getPlugin('one')!
    let wasAlive: boolean | undefined
    manager.onDidChange((fact) => {
      if (fact.type === 'log' && fact.message === 'imported') wasAlive = isAlive(pid!)
    })
    await manager.updatePlugin('one', {
      path: await write('1.1.0', '', { top: `console.log('imported')` }),
      strategy: 'exclusive',
    })
    await until(() => wasAlive !== undefined)
    expect(wasAlive).toBe(false)
    expect(manager.getPlugin('one')!.state).toBe('active')
  })

  test('[UP6.b] where it was killed and the new one fails, another instance of its version goes on', async () => {
    const manager = await createManager({ deadlines })
    await manager.loadPlugin(await write('1.0.0', BLOCKS))
    const { pid } = manager.getPlugin('one')!
    const path = await write('1.1.0', `start() { throw new Error('no') }`)
    await expect(manager.updatePlugin('one', { path, strategy: 'exclusive' })).rejects.toMatchObject({
      code: 'UPDATE_FAILED',
    })
    expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.0.0' } })
    expect(isAlive(pid!)).toBe(false)
    publish(manager, 1)
    await until(() => statsOf(manager, 'one').eventsProcessed === 1)
  })

  test('[UP6.a] events that it has subscribed to at run time wait as well', async () => {
    const manager = await createManager()
    const counts = (slow = ''): string =>
      `start() { context.eventBus.subscribe('y', () => { count += 1 }) }, async initialize() { ${slow} },
       exportState: () => count, importState(state) { count = state }, status: () => count`
    const files = { top: 'let count = 0', events: [] }
    await manager.loadPlugin(await write('1.0.0', counts(), files))
    let published = 0
    const timer = setInterval(() => {
      manager.context.eventBus.publish(custom('y'))
      published += 1
    }, 5)
    await sleep(100)
    await manager.updatePlugin('one', {
      path: await write('1.1.0', counts('await sleep(300)'), files),
      strategy: 'exclusive',
    })
    clearInterval(timer)
    await until(() => statsOf(manager, 'one').accepted === published)
    await until(() => statsOf(manager, 'one').mailboxDepth + statsOf(manager, 'one').inFlight === 0)
    expect(await manager.getPluginStatus('one')).toBe(published)
  })

  test('[UP5.a] by a restart the new version is not even imported before the old one has ended', async () => {
    const manager = await createManager()
    await manager.loadPlugin(await write('1.0.0', '', { exclusive: true }))
    const { pid } = manager.getPlugin('one')!
    let wasAlive: boolean | undefined
    manager.onDidChange((fact) => {
      if (fact.type === 'log' && fact.message === 'imported') wasAlive ??= isAlive(pid!)
    })
    const path = await write('1.1.0', '', { exclusive: true, top: `console.log('imported')` })
    await manager.updatePlugin('one', { path, strategy: 'restart' })
    await until(() => wasAlive !== undefined)
    expect(wasAlive).toBe(false)
  })
})

test('[UP5.b] the code of a version that is not to run is not run', async () => {
  const manager = await createManager()
  await manager.loadPlugin(await write('1.0.0'), { enabled: false })
  await manager.updatePlugin('one', { path: await write('1.1.0', '', { top: `throw new Error('it ran')` }) })
  expect(manager.getPlugin('one')).toMatchObject({ state: 'loaded', metadata: { version: '1.1.0' } })
})

test('[UP5.a] a version that passes its error limit while it waits for a restart is ended as well', async () => {
  const manager = await createManager({ errorLimit: 2 })
  await manager.loadPlugin(await write('1.0.0', `async handleEvent() { await sleep(20); throw new Error('no') }`))
  const { pid } = manager.getPlugin('one')!
  const path = await write('1.1.0', 'handleEvent() {}')
  publish(manager, 3)
  await until(() => statsOf(manager, 'one').errorCount === 2)
  // Another operation holds the queue until the limit is passed.
  const saving = manager.updatePluginConfig('one', {}, { persist: () => sleep(300) })
  await manager.updatePlugin('one', { path })
  await saving
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.1.0' } })
  await until(() => !isAlive(pid!))
})

test('[UP2.b] an old version that is late with its state goes on, and handles no event twice', async () => {
  const manager = await createManager({ restartPolicy: 'on-crash' })
  const seen: string[] = []
  manager.onDidChange((fact) => fact.type === 'log' && fact.message.startsWith('got') && seen.push(fact.message))
  const block = `handleEvent({ data }) {
    context.logger.info('got ' + data)
    const end = Date.now() + (data === 0 ? 4_000 : 0)
    while (Date.now() < end);
  }`
  await manager.loadPlugin(await write('1.0.0', block, { limits: { handleEventMs: 300 } }))
  const { pid } = manager.getPlugin('one')!
  const path = await write('1.1.0', `async initialize() { context.logger.info('ready'); await sleep(300) }`)
  const updating = manager.updatePlugin('one', { path }).catch((error: unknown) => error)
  await untilLogged(manager, 'ready')
  publish(manager, 3)
  expect(await updating).toMatchObject({ code: 'UPDATE_FAILED' })
  await until(() => statsOf(manager, 'one').lifetime.eventsProcessed === 3)
  expect(seen).toEqual(['got 0', 'got 1', 'got 2'])
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', pid })
}, 20_000)

test('[UP5.b] an update that is asked for during the way back is planned against the version that comes back', async () => {
  const manager = await createManager()
  const needs = (name: string) => ({ type: 'object', properties: { [name]: { type: 'string' } }, required: [name] })
  await manager.loadPlugin(
    await write('1.0.0', 'async start() { if (count++) await sleep(300) }', {
      top: 'let count = 0',
      configSchema: needs('host'),
    }),
    { config: { host: 'a' } },
  )
  await manager.updatePlugin('one', {
    path: await write('1.1.0', 'handleEvent() { process.exit(3) }', {
      top: 'export const migrateConfig = ({ host }) => ({ url: host })',
      configSchema: needs('url'),
    }),
  })
  const path = await write('1.0.1', '', { configSchema: needs('host') })
  let updating: Promise<unknown> | undefined
  manager.onDidChange((fact) => {
    if (fact.type !== 'update' || fact.update.phase !== 'rolling-back') return
    updating ??= manager.updatePlugin('one', { path, strategy: 'swap' })
  })
  publish(manager, 1)
  await until(() => updating !== undefined)
  expect(await updating).toMatchObject({ from: '1.0.0', to: '1.0.1', strategy: 'swap', phase: 'watching' })
})

test('[UP1.f] one update at a time: another one is refused while the first has not taken over; so is one to what runs already', async () => {
  const folders = {
    '1.0.0': await write('1.0.0'),
    '1.1.0': await write('1.1.0', 'async initialize() { await sleep(300) }'),
  }
  const manager = await createManager({ catalog: sourceOf(folders) })
  await manager.loadPlugin({ id: 'one', version: '1.0.0' })
  await expect(manager.updatePlugin('one', { version: '1.0.0' })).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  const updating = manager.updatePlugin('one', { version: '1.1.0' })
  await until(() => manager.getPlugin('one')!.update?.phase === 'preparing')
  await expect(manager.updatePlugin('one', { version: '1.1.0' })).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    message: 'one is being updated to 1.1.0 already',
  })
  await expect(manager.settleUpdate('one', 'good')).resolves.toMatchObject({ phase: 'settled' })
  await updating
  await expect(manager.settleUpdate('one', 'good')).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
})

test('[UP3.d] a restart while a version is watched does not make it permanent: what stands by stays', async () => {
  const manager = await createManager()
  await manager.loadPlugin(await write('1.0.0'))
  const { pid } = manager.getPlugin('one')!
  await manager.updatePlugin('one', { path: await write('1.1.0', 'handleEvent() { process.exit(3) }') })
  await manager.restartPlugin('one')
  expect(manager.getPlugin('one')).toMatchObject({ metadata: { version: '1.1.0' }, update: { phase: 'watching' } })
  await until(() => (manager.getPlugin('one')!.update?.metrics?.after.forMs ?? Infinity) < 2_000)
  publish(manager, 1)
  await until(() => manager.getPlugin('one')!.update?.phase === 'rolled-back')
  expect(manager.getPlugin('one')).toMatchObject({ metadata: { version: '1.0.0' }, pid })
})

test('[UP8.c] a host that is closed before it has started its plugins has not crashed', async () => {
  const folders = { '1.0.0': await write('1.0.0'), '1.1.0': await write('1.1.0') }
  let manager = await createManager({ catalog: sourceOf(folders) })
  await manager.loadPlugin({ id: 'one', version: '1.0.0' })
  await manager.updatePlugin('one', { version: '1.1.0' })
  await manager.close()
  for (let closes = 0; closes < 4; closes += 1) {
    const stored = JSON.parse(JSON.stringify(manager.getStoredPlugin('one'))) as StoredPlugin
    manager = await createManager({ catalog: sourceOf(folders) })
    await manager.restorePlugins([stored])
    await manager.close()
  }
  expect(manager.getPlugin('one')).toMatchObject({
    metadata: { version: '1.1.0' },
    update: { phase: 'watching', resumes: 0 },
  })
})

test('[UP1.c] where the machine has little memory left, the former version does not stand by, and is made anew when it has to come back', async () => {
  const manager = await createManager({ standbyFreeBytes: Number.MAX_SAFE_INTEGER })
  await manager.loadPlugin(await write('1.0.0'))
  const { pid } = manager.getPlugin('one')!
  await manager.updatePlugin('one', { path: await write('1.1.0', 'handleEvent() { process.exit(3) }') })
  expect(isAlive(pid!)).toBe(false)
  publish(manager, 1)
  await until(() => manager.getPlugin('one')!.update?.phase === 'rolled-back')
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.0.0' } })
})

test('[UP1.g] a version that takes over has the limits of its own plugin.json at once', async () => {
  const manager = await createManager()
  const publishes = `async handleEvent() {
    for (let n = 0; n < 100; n += 1) await context.eventBus.publish({ type: 'y' }).then(() => { passed += 1 }, () => {})
  }, status: () => passed`
  await manager.loadPlugin(await write('1.0.0', publishes, { top: 'let passed = 0' }))
  const path = await write('1.1.0', publishes, { top: 'let passed = 0', limits: { publishesPerSecond: 5 } })
  await manager.updatePlugin('one', { path })
  publish(manager, 1)
  await until(() => statsOf(manager, 'one').eventsProcessed === 1)
  expect(Number(await manager.getPluginStatus('one'))).toBeLessThan(20)
})
