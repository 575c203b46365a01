import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clock, type PluginManager } from '../src/index.ts'
import {
  acting,
  createManager,
  custom,
  lawHolds,
  load,
  loadActor,
  statsOf,
  tempFolder,
  until,
  untilState,
  writePlugin,
} from './support.ts'

const DIE = acting({ act: 'exit', code: 3 })
const FAIL = acting({ act: 'throw', message: 'no' })
const NO_START = { start: { act: 'throw', message: 'no' } } as const

/**
 * Waits long enough to show that a restart does not happen: until another plugin, whose first start fails now, has
 * failed three times.
 */
async function untilAnotherFailsAgain(manager: PluginManager): Promise<void> {
  await expect(loadActor(manager, 'another', NO_START)).rejects.toThrow('no')
  await until(() => manager.getPlugin('another')!.failuresInRow === 3)
}

test('[SV3.b] a crashed plugin is started again at once, and the fact of its crash has a `nextRestartAt`', async () => {
  const manager = await createManager({ restartPolicy: 'on-crash' })
  await loadActor(manager, 'one')
  const { pid } = manager.getPlugin('one')!
  const errors: (number | null)[] = []
  manager.onDidChange((fact) => void (fact.type === 'state' && fact.to === 'error' && errors.push(fact.nextRestartAt)))
  manager.context.eventBus.publish(DIE)
  await until(() => errors.length === 1)
  await untilState(manager, 'one', 'active')
  expect(errors[0]).not.toBeNull()
  expect(manager.getPlugin('one')!.pid).not.toBe(pid)
  expect(manager.getPlugin('one')).toMatchObject({
    nextRestartAt: null,
    failuresInRow: 1,
    lastError: { code: 'PLUGIN_CRASHED' },
    stats: { eventsProcessed: 0, lifetime: { restarts: 1, restartsByReason: { crash: 1, manual: 0 } } },
  })
})

test('[EV8.b] the queue survives a crash that is followed by an automatic restart', async () => {
  const manager = await createManager({ restartPolicy: 'on-crash' })
  await load(manager, 'one', { plugin: 'mortal-recorder' })
  for (let n = 0; n < 100; n += 1) manager.context.eventBus.publish(custom('x', n === 20 ? 'die' : n))
  await until(() => statsOf(manager, 'one').lifetime.eventsProcessed === 100)
  expect(await manager.getPluginStatus('one')).toEqual(Array.from({ length: 79 }, (_, n) => n + 21))
  expect(manager.getDeadLetters('one')).toMatchObject([{ reason: 'guest-died', events: [{ data: 'die' }] }])
  expect(statsOf(manager, 'one')).toMatchObject({ accepted: 100, discarded: 0, dropped: 0, inDoubt: 0 })
  expect(lawHolds(statsOf(manager, 'one'))).toBe(true)
})

test('[SV3.b] [SV3.c] a plugin that fails repeatedly waits longer each time, is reported as a crash loop, and is started at once by a manual restart', async () => {
  const manager = await createManager({ restartPolicy: 'on-crash' })
  const flag = join(await tempFolder(), 'well')
  const permissions = [{ name: 'FileSystemAccess', read: [flag] }] as const
  const folder = await writePlugin('one', { plugin: 'needs-file', permissions })
  await writeFile(flag, '')
  await manager.loadPlugin(folder, { grant: permissions, enabled: false, config: { path: flag, otherwise: 'exit' } })
  await rm(flag)
  await expect(manager.enablePlugin('one')).rejects.toMatchObject({ code: 'START_FAILED' })
  await until(() => manager.getPlugin('one')!.failuresInRow === 3)
  await untilState(manager, 'one', 'error')
  const { nextRestartAt, lastError } = manager.getPlugin('one')!
  expect(nextRestartAt! - lastError!.at).toBeGreaterThanOrEqual(1_500)
  expect(manager.getPluginHealth('one')!.reasons).toMatchObject([
    { code: 'error' },
    { code: 'crash-loop', level: 'bad' },
  ])
  await writeFile(flag, '')
  await manager.restartPlugin('one')
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', failuresInRow: 0, nextRestartAt: null })
  expect(statsOf(manager, 'one').lifetime.restartsByReason).toMatchObject({ 'failed-start': 2, manual: 1 })
}, 60_000)

test('[SV3.f] disable cancels a restart that is due', async () => {
  const manager = await createManager({ restartPolicy: 'on-crash' })
  await expect(loadActor(manager, 'one', NO_START)).rejects.toMatchObject({ code: 'START_FAILED' })
  await until(() => manager.getPlugin('one')!.failuresInRow === 2 && manager.getPlugin('one')!.state === 'error')
  await manager.disablePlugin('one')
  expect(manager.getPlugin('one')).toMatchObject({ state: 'loaded', enabled: false, nextRestartAt: null })
  await untilAnotherFailsAgain(manager)
  expect(manager.getPlugin('one')).toMatchObject({ state: 'loaded', enabled: false })
})

test('[SV3.a] a plugin that passes the error limit stays in error under `on-crash`, and is restarted under `always`', async () => {
  const manager = await createManager({ restartPolicy: 'on-crash', errorLimit: 2 })
  await loadActor(manager, 'one')
  await loadActor(manager, 'two', {}, {}, { restartPolicy: 'always' })
  for (let n = 0; n < 3; n += 1) manager.context.eventBus.publish(FAIL)
  await untilState(manager, 'one', 'error')
  await until(() => statsOf(manager, 'two').lifetime.restartsByReason['error-limit'] === 1)
  await untilState(manager, 'two', 'active')
  expect(manager.getPlugin('one')).toMatchObject({
    state: 'error',
    nextRestartAt: null,
    lastError: { code: 'ERROR_LIMIT' },
  })
  expect(manager.getPlugin('two')!.lastError).toMatchObject({ code: 'ERROR_LIMIT' })
})

test('[SV3.e] [SV3.a] a plugin with an invalid config, or with the policy `never`, is not restarted; the policy can be changed', async () => {
  const manager = await createManager({ restartPolicy: 'always' })
  const configSchema = { type: 'object', required: ['url'], properties: { url: { type: 'string' } } }
  await expect(load(manager, 'one', { configSchema })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  expect(manager.getPlugin('one')).toMatchObject({ state: 'error', nextRestartAt: null })
  await loadActor(manager, 'two', {}, {}, { restartPolicy: 'never' })
  manager.context.eventBus.publish(DIE)
  await untilState(manager, 'two', 'error')
  expect(manager.getPlugin('two')).toMatchObject({ restartPolicy: 'never', nextRestartAt: null })
  manager.setRestartPolicy('two', 'on-crash')
  await manager.restartPlugin('two')
  manager.context.eventBus.publish(DIE)
  await until(() => statsOf(manager, 'two').lifetime.restartsByReason.crash === 1)
  expect(() => manager.setRestartPolicy('two', 'sometimes' as never)).toThrow('restartPolicy')
})

test('[SV3.d] if fifty plugins crash at once, as many are restarted as one minute allows, and the others have a `nextRestartAt`', async () => {
  const manager = await createManager({ restartPolicy: 'on-crash', restartsPerMinute: 5 })
  const ids = Array.from({ length: 50 }, (_, n) => `p${n}`)
  await Promise.all(ids.map((id) => loadActor(manager, id)))
  expect(await manager.broadcastEvent(DIE)).toMatchObject({ failed: 50 })
  const restarts = () => ids.map((id) => statsOf(manager, id).lifetime.restarts).filter((count) => count > 0).length
  await until(() => restarts() === 5)
  // 45 plugins are left. Five are restarted each minute, so the last ones wait for nine minutes.
  const waiting = () => manager.getAllPlugins().flatMap(({ nextRestartAt }) => nextRestartAt ?? [])
  await until(() => waiting().length === 45 && Math.max(...waiting()) - clock.epoch() > 8 * 60_000)
  for (const id of ids) expect(lawHolds(statsOf(manager, id))).toBe(true)
}, 120_000)

test.each([
  ['crashed', [DIE]],
  ['has passed the error limit', Array.from({ length: 11 }, () => FAIL)],
])(
  '[LC5.f] a dependency that %s is reported as a warning by the plugins that need it, and these continue to run',
  async (_how, events) => {
    const manager = await createManager()
    await loadActor(manager, 'base')
    await load(manager, 'user', { dependencies: { base: '*' }, events: ['other'] })
    const { pid } = manager.getPlugin('user')!
    expect(manager.getPluginHealth('user')!.reasons).toEqual([])
    for (const event of events) manager.context.eventBus.publish(event)
    await untilState(manager, 'base', 'error')
    expect(manager.getPluginHealth('user')).toMatchObject({
      isHealthy: true,
      reasons: [{ code: 'dependency-down', level: 'warning', message: 'Depends on base, which is in state error.' }],
    })
    const during: string[] = []
    manager.onDidChange((fact) => {
      if (fact.type === 'state' && fact.id === 'base') during.push(manager.getPlugin('user')!.state)
    })
    await manager.restartPlugin('base')
    await manager.restartPlugin('base')
    expect(new Set(during)).toEqual(new Set(['active']))
    expect(manager.getPlugin('user')!.pid).toBe(pid)
    expect(manager.getPluginHealth('user')!.reasons).toEqual([])
  },
)

test('[SV3.f] setting the policy `never` cancels the restart that is due', async () => {
  const manager = await createManager({ restartPolicy: 'on-crash' })
  await expect(loadActor(manager, 'one', NO_START)).rejects.toThrow('no')
  await until(() => manager.getPlugin('one')!.failuresInRow === 2 && manager.getPlugin('one')!.state === 'error')
  manager.setRestartPolicy('one', 'never')
  expect(manager.getPlugin('one')).toMatchObject({ state: 'error', failuresInRow: 2, nextRestartAt: null })
  await untilAnotherFailsAgain(manager)
  expect(manager.getPlugin('one')).toMatchObject({ state: 'error', failuresInRow: 2 })
})

test('[SV3.b] a plugin whose start is refused because of a dependency also waits longer each time', async () => {
  const manager = await createManager({ restartPolicy: 'on-crash', recoveredMs: 100 })
  await load(manager, 'base')
  await loadActor(manager, 'user', {}, { dependencies: { base: '*' } })
  await until(
    () => clock.epoch() - manager.getPlugin('user')!.activeSince! > 100,
    'the plugin has not been active for 100 ms',
  )
  manager.onDidChange((fact) => {
    // Disable `base` between the crash of `user` and the restart of `user`.
    if (fact.type === 'state' && fact.id === 'user' && fact.to === 'error') void manager.disablePlugin('base')
  })
  manager.context.eventBus.publish(DIE)
  await until(() => manager.getPlugin('user')!.lastError?.code === 'DEPENDENCY_UNMET')
  await until(() => manager.getPlugin('user')!.failuresInRow === 3)
  const { nextRestartAt, lastError } = manager.getPlugin('user')!
  // The third wait is 2 s, 20 % more or less.
  expect(nextRestartAt! - lastError!.at).toBeGreaterThanOrEqual(1_500)
  await manager.enablePlugin('base')
  await untilState(manager, 'user', 'active')
})

test('[SV3.c] the count of failures is cleared after a long enough healthy period', async () => {
  const manager = await createManager({ restartPolicy: 'on-crash', recoveredMs: 1_000 })
  await loadActor(manager, 'one')
  for (let n = 1; n <= 3; n += 1) {
    manager.context.eventBus.publish(DIE)
    await until(() => statsOf(manager, 'one').lifetime.restarts === n && manager.getPlugin('one')!.state === 'active')
  }
  expect(manager.getPluginHealth('one')!.reasons).toMatchObject([{ code: 'crash-loop', level: 'warning' }])
  await until(() => manager.getPlugin('one')!.failuresInRow === 0)
  expect(manager.getPluginHealth('one')!.reasons).toEqual([])
})
