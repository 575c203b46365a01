import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { Fault } from './plugins/sequence.ts'
import { createManager, custom, isAlive, lawHolds, statsOf, until, untilState } from './support.ts'
import { createSequence, publishNumbers, ROOMY, sequenceOf, sourceOf, versionOf, writeVersion } from './versions.ts'

const CLAIMS = { config: { claims: true } }

test('[UP6.a] versions of which only one can run at a time take turns: the old one is stopped first, and its state is taken over', async () => {
  const manager = await createSequence(CLAIMS)
  await expect(manager.updatePlugin('one', { path: await writeVersion('1.1.0') })).rejects.toMatchObject({
    code: 'UPDATE_FAILED',
    message: expect.stringContaining('EEXIST'),
  })
  const stop = publishNumbers(manager, 5)
  const { pid } = manager.getPlugin('one')!
  const states: string[] = []
  const dispose = manager.onDidChange((fact) => fact.type === 'state' && states.push(fact.to))
  // The new version says so; the one after it need not.
  const exclusive = await manager.updatePlugin('one', { path: await writeVersion('1.2.0', null, { exclusive: true }) })
  expect(exclusive).toMatchObject({ strategy: 'exclusive', phase: 'watching', state: 'taken' })
  expect(isAlive(pid!)).toBe(true)
  expect(states).toEqual(['unloading', 'initializing', 'active'])
  await manager.updatePlugin('one', { path: await writeVersion('1.3.0') })
  expect(isAlive(pid!)).toBe(false)
  dispose()
  const published = await stop()
  expect(await sequenceOf(manager)).toMatchObject({ next: published, lost: 0, twice: 0, path: ['1.0.0', '1.2.0'] })
  expect(lawHolds(statsOf(manager, 'one'))).toBe(true)
  expect(statsOf(manager, 'one')).toMatchObject({ dropped: 0, discarded: 0, inDoubt: 0 })
})

test.each(['import throws', 'initialize hangs', 'importState throws', 'start throws', 'start exits'] satisfies Fault[])(
  '[UP6.b] where a new version that has to wait for the old one fails (%s), the old one goes on with its state',
  async (fault) => {
    const manager = await createSequence({ ...CLAIMS, deadlines: { initializeMs: 1_000 } })
    const stop = publishNumbers(manager, 5)
    const { pid } = manager.getPlugin('one')!
    const path = await writeVersion('1.1.0', fault)
    await expect(manager.updatePlugin('one', { path, strategy: 'exclusive' })).rejects.toMatchObject({
      code: 'UPDATE_FAILED',
    })
    expect(manager.getPlugin('one')).toMatchObject({ state: 'active', pid, update: { phase: 'failed' } })
    const published = await stop()
    expect(await sequenceOf(manager)).toMatchObject({ next: published, lost: 0, twice: 0, path: [] })
    expect(statsOf(manager, 'one')).toMatchObject({ errorCount: 0, dropped: 0, inDoubt: 0, discarded: 0 })
  },
)

test('[UP6.b] where the old one does not go on after its stop either, its version is started anew, and its queue is kept', async () => {
  const manager = await createManager(ROOMY)
  await manager.loadPlugin(await writeVersion('1.0.0', 'second start throws'))
  const { pid } = manager.getPlugin('one')!
  const updating = manager.updatePlugin('one', {
    path: await writeVersion('1.1.0', 'initialize throws'),
    strategy: 'exclusive',
  })
  await until(() => manager.getPlugin('one')!.state !== 'active')
  manager.context.eventBus.publish(custom('x', 0))
  await expect(updating).rejects.toMatchObject({ code: 'UPDATE_FAILED' })
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.0.0' } })
  expect(manager.getPlugin('one')!.pid).not.toBe(pid)
  await until(() => statsOf(manager, 'one').eventsProcessed === 1)
  expect(statsOf(manager, 'one')).toMatchObject({ discarded: 0, dropped: 0 })
})

test('[UP6.c] an exclusive update is taken back in turn as well, with the state', async () => {
  const manager = await createSequence(CLAIMS)
  await manager.broadcastEvent(custom('x', 0))
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0'), strategy: 'exclusive' })
  await manager.broadcastEvent(custom('x', 1))
  await manager.settleUpdate('one', 'bad')
  await manager.broadcastEvent(custom('x', 2))
  expect(versionOf(manager)).toBe('1.0.0')
  expect(await sequenceOf(manager)).toMatchObject({ next: 3, lost: 0, twice: 0, path: ['1.0.0', '1.1.0'] })
})

test.each(['exportState throws', 'importState exits'] satisfies Fault[])(
  '[UP6.c] where an exclusive update is taken back without a state (%s), the former version goes on',
  async (fault) => {
    const manager = await createManager()
    await manager.loadPlugin(await writeVersion('1.0.0', fault === 'importState exits' ? fault : null), CLAIMS)
    await manager.updatePlugin('one', {
      path: await writeVersion('1.1.0', fault === 'exportState throws' ? fault : null),
      strategy: 'exclusive',
    })
    await manager.settleUpdate('one', 'bad')
    expect(manager.getPlugin('one')).toMatchObject({
      state: 'active',
      metadata: { version: '1.0.0' },
      update: { phase: 'rolled-back' },
    })
  },
)

test('[UP5.a] by a restart the old version is stopped first; it is started again where the new one does not start', async () => {
  const manager = await createSequence()
  const { pid } = manager.getPlugin('one')!
  const update = await manager.updatePlugin('one', { path: await writeVersion('1.1.0'), strategy: 'restart' })
  expect(update).toMatchObject({ phase: 'watching', state: 'none' })
  expect(isAlive(pid!)).toBe(false)
  await expect(
    manager.updatePlugin('one', { path: await writeVersion('1.2.0', 'start throws'), strategy: 'restart' }),
  ).rejects.toMatchObject({ code: 'UPDATE_FAILED' })
  expect(manager.getPlugin('one')).toMatchObject({
    state: 'active',
    metadata: { version: '1.1.0' },
    update: { phase: 'failed' },
  })
})

test('[UP5.a] a restart is taken back by a restart: what only one version can hold at a time goes from one to the other', async () => {
  const manager = await createSequence(CLAIMS)
  const { pid } = manager.getPlugin('one')!
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0'), strategy: 'restart' })
  await manager.settleUpdate('one', 'bad')
  expect(manager.getPlugin('one')).toMatchObject({
    state: 'active',
    metadata: { version: '1.0.0' },
    update: { phase: 'rolled-back' },
  })
  expect(manager.getPlugin('one')!.pid).not.toBe(pid)
})

test('[UP5.a] what waits is kept while one version after the other is tried, whatever the restart policy says', async () => {
  const manager = await createSequence({ restartPolicy: 'never' })
  const updating = manager.updatePlugin('one', {
    path: await writeVersion('1.1.0', 'start throws'),
    strategy: 'restart',
  })
  await until(() => manager.getPlugin('one')!.state !== 'active')
  for (let n = 0; n < 5; n += 1) manager.context.eventBus.publish(custom('x', n))
  await expect(updating).rejects.toMatchObject({ code: 'UPDATE_FAILED' })
  await until(() => statsOf(manager, 'one').eventsProcessed === 5)
  expect(await sequenceOf(manager)).toMatchObject({ next: 5, lost: 0 })
  expect(statsOf(manager, 'one')).toMatchObject({ discarded: 0, dropped: 0 })
})

test('[UP3.c] a version that fails while it is watched goes back also where none stands by: the former one is started anew', async () => {
  const manager = await createSequence()
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0', 'handleEvent exits'), strategy: 'restart' })
  for (let n = 0; n < 5; n += 1) manager.context.eventBus.publish(custom('x', n))
  await until(() => manager.getPlugin('one')!.update?.phase === 'rolled-back')
  await until(() => statsOf(manager, 'one').mailboxDepth + statsOf(manager, 'one').inFlight === 0)
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.0.0' } })
  expect(lawHolds(statsOf(manager, 'one'))).toBe(true)
  expect(statsOf(manager, 'one')).toMatchObject({ discarded: 0, dropped: 0, inDoubt: 0 })
})

test('[UP3.c] where the former version is gone from the disk and none stands by, the new one goes on, or the plugin is in error', async () => {
  const folders: Record<string, string> = {
    '1.0.0': await writeVersion('1.0.0'),
    '1.1.0': await writeVersion('1.1.0'),
    '1.2.0': await writeVersion('1.2.0', 'handleEvent exits'),
  }
  const manager = await createManager({ catalog: sourceOf(folders) })
  await manager.loadPlugin({ id: 'one', version: '1.0.0' })
  await manager.updatePlugin('one', { version: '1.1.0', strategy: 'restart' })
  const { '1.0.0': gone } = folders
  delete folders['1.0.0']
  await expect(manager.settleUpdate('one', 'bad')).rejects.toMatchObject({ code: 'VERSION_UNUSABLE' })
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.1.0' } })
  await manager.updatePlugin('one', { version: '1.2.0', strategy: 'restart' })
  delete folders['1.1.0']
  manager.context.eventBus.publish(custom('x', 0))
  await untilState(manager, 'one', 'error')
  // It is the former version that counts: the next start tries that.
  expect(manager.getPlugin('one')).toMatchObject({ metadata: { version: '1.1.0' }, update: { phase: 'failed' } })
  await rm(gone!, { recursive: true })
})

test('[UP5.b] one in error keeps its version and its grants where the new version does not start either', async () => {
  const manager = await createManager()
  await manager.loadPlugin(await writeVersion('1.0.0', 'start throws')).catch(() => {})
  const path = await writeVersion('1.1.0', 'initialize throws', { permissions: ['NetworkAccess'] })
  await expect(manager.updatePlugin('one', { path, accept: ['permissions'] })).rejects.toMatchObject({
    code: 'UPDATE_FAILED',
  })
  expect(manager.getPlugin('one')).toMatchObject({
    state: 'error',
    metadata: { version: '1.0.0' },
    grants: ['ReadVmState'],
    update: { phase: 'failed' },
  })
})

test('[UP5.b] a plugin that does not run takes another version too: one in error is started with it, a disabled one later', async () => {
  const manager = await createManager()
  await manager.loadPlugin(await writeVersion('1.0.0', 'start throws')).catch(() => {})
  expect(manager.getPlugin('one')!.state).toBe('error')
  const update = await manager.updatePlugin('one', { path: await writeVersion('1.1.0') })
  expect(update).toMatchObject({ strategy: 'restart', phase: 'settled' })
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.1.0' } })
  await manager.disablePlugin('one')
  const plan = await manager.updatePlugin('one', { path: await writeVersion('1.2.0'), dryRun: true })
  expect(plan.steps.map(({ code }) => code)).toEqual(['replace'])
  await manager.updatePlugin('one', { path: await writeVersion('1.2.0') })
  expect(manager.getPlugin('one')).toMatchObject({ state: 'loaded', metadata: { version: '1.2.0' } })
})

test('[UP5.b] an update that is asked for while the version before it is on its way back comes after that', async () => {
  const manager = await createSequence()
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0', 'handleEvent exits') })
  let updating: Promise<unknown> | undefined
  const path = await writeVersion('1.2.0')
  manager.onDidChange((fact) => {
    if (fact.type === 'update' && fact.update.phase === 'rolling-back')
      updating ??= manager.updatePlugin('one', { path })
  })
  manager.context.eventBus.publish(custom('x', 0))
  await until(() => updating !== undefined)
  await updating
  expect(manager.getPlugin('one')).toMatchObject({
    state: 'active',
    metadata: { version: '1.2.0' },
    update: { from: '1.0.0', to: '1.2.0', phase: 'watching' },
  })
})

test('[UP3.f] a config that was set while a version was watched is hidden by the schema of the one that comes back', async () => {
  const manager = await createManager()
  const secret = { type: 'object', properties: { key: { type: 'string', writeOnly: true } } }
  await manager.loadPlugin(await writeVersion('1.0.0', null, { configSchema: secret }), {
    config: { key: 'old key 1' },
  })
  await manager.updatePlugin('one', {
    path: await writeVersion('1.1.0', null, { configSchema: { type: 'object' } }),
  })
  await manager.updatePluginConfig('one', { key: 'new key 22' })
  await manager.settleUpdate('one', 'bad')
  expect(JSON.stringify(manager.getPluginConfig('one'))).not.toContain('new key 22')
  expect(manager.getStoredPlugin('one').config.secrets).toMatchObject({})
  expect(Object.values(manager.getStoredPlugin('one').config.secrets)).toContain('new key 22')
})
