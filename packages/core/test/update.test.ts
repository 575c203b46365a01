import { describe, expect, test } from 'vitest'
import type { Gate, PluginUpdate, UpdateOptions, VerdictMetric } from '../src/index.ts'
import type { Fault } from './plugins/sequence.ts'
import {
  createManager,
  custom,
  isAlive,
  lawHolds,
  load,
  statsOf,
  until,
  untilState,
  writePlugin,
  type PluginFiles,
} from './support.ts'
import { createSequence, publishNumbers, ROOMY, sequenceOf, sourceOf, versionOf, writeVersion } from './versions.ts'

describe.each(['process', 'inline'] as const)('%s', (isolation) => {
  const options = isolation === 'inline' ? { inlinePlugins: ['one'] } : {}

  test('[UP1.a] [UP1.b] another version takes over between two events, with the state, and no event is lost, twice or out of order', async () => {
    const manager = await createManager({ ...options, ...ROOMY })
    await manager.loadPlugin(await writeVersion('1.0.0'), { isolation })
    const states: string[] = []
    manager.onDidChange((fact) => fact.type === 'state' && states.push(fact.to))
    const stop = publishNumbers(manager, 20)
    for (const version of ['1.1.0', '1.2.0', '1.3.0']) {
      // Long enough that the answer comes before the end, also on a busy machine.
      const update = await manager.updatePlugin('one', { path: await writeVersion(version), watchMs: 2_000 })
      expect(update).toMatchObject({ to: version, phase: 'watching', state: 'taken' })
      expect(versionOf(manager)).toBe(version)
    }
    const published = await stop()
    expect(await sequenceOf(manager)).toMatchObject({
      next: published,
      lost: 0,
      twice: 0,
      path: ['1.0.0', '1.1.0', '1.2.0'],
    })
    expect(lawHolds(statsOf(manager, 'one'))).toBe(true)
    expect(statsOf(manager, 'one')).toMatchObject({ dropped: 0, discarded: 0, inDoubt: 0 })
    // It never stopped being active.
    expect(states).toEqual([])
    await until(() => manager.getPlugin('one')!.update?.phase === 'settled')
  })
})

test('[UP1.c] the former version stands by while the new one is watched, and is gone afterwards', async () => {
  const manager = await createSequence()
  const { pid } = manager.getPlugin('one')!
  const phases: (string | null)[] = []
  manager.onDidChange((fact) => fact.type === 'update' && phases.push(fact.update.phase))
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0') })
  expect(isAlive(pid!)).toBe(true)
  expect(manager.getPlugin('one')!.pid).not.toBe(pid)
  const update = await manager.settleUpdate('one', 'good')
  expect(update).toMatchObject({
    from: '1.0.0',
    to: '1.1.0',
    phase: 'settled',
    verdict: { result: 'good', metric: 'manual' },
  })
  expect(isAlive(pid!)).toBe(false)
  expect(phases).toEqual(['preparing', 'handing-over', 'watching', 'settled'])
  await expect(manager.settleUpdate('one', 'good')).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
})

const FAULTS: readonly [fault: Fault, message: string][] = [
  ['import throws', 'import fails'],
  ['import exits', 'Exited by itself with code 7'],
  ['initialize throws', 'initialize fails'],
  ['initialize exits', 'Exited by itself with code 7'],
  ['importState throws', 'importState fails'],
  ['importState exits', 'Exited by itself with code 7'],
  ['start throws', 'start fails'],
  ['start exits', 'Exited by itself with code 7'],
  ['importState hangs', 'importState of one did not finish within 2000 ms'],
]

test.each(FAULTS)(
  '[UP2.a] where the new version fails (%s), the old one goes on as if nothing had been',
  async (fault, message) => {
    const manager = await createSequence()
    const { pid } = manager.getPlugin('one')!
    const stop = publishNumbers(manager, 5)
    await expect(manager.updatePlugin('one', { path: await writeVersion('1.1.0', fault) })).rejects.toMatchObject({
      code: 'UPDATE_FAILED',
      details: { id: 'one', from: '1.0.0', to: '1.1.0' },
      message: expect.stringContaining(message),
    })
    expect(manager.getPlugin('one')).toMatchObject({
      state: 'active',
      pid,
      lastError: null,
      update: { phase: 'failed' },
    })
    expect(versionOf(manager)).toBe('1.0.0')
    const published = await stop()
    expect(await sequenceOf(manager)).toMatchObject({ next: published, lost: 0, twice: 0, path: [] })
    expect(statsOf(manager, 'one')).toMatchObject({ errorCount: 0, dropped: 0, inDoubt: 0 })
  },
)

test.each([
  ['exportState throws', 'exportState fails'],
  ['exportState hangs', 'exportState of one did not finish within 2000 ms'],
  ['exportState large', 'exportState() returned more than 16777216 bytes'],
  ['exportState circular', 'circular structure'],
] satisfies [Fault, string][])(
  '[UP2.b] where the old version cannot hand over its state (%s), it goes on',
  async (fault, message) => {
    const manager = await createManager(ROOMY)
    await manager.loadPlugin(await writeVersion('1.0.0', fault))
    const stop = publishNumbers(manager, 5)
    await expect(manager.updatePlugin('one', { path: await writeVersion('1.1.0') })).rejects.toMatchObject({
      code: 'UPDATE_FAILED',
      message: expect.stringContaining(message),
    })
    const published = await stop()
    expect(await sequenceOf(manager)).toMatchObject({ next: published, lost: 0, twice: 0 })
    expect(versionOf(manager)).toBe('1.0.0')
  },
)

test('[UP2.c] what a new version needs and does not get refuses it before anything is touched', async () => {
  const manager = await createSequence()
  const { pid } = manager.getPlugin('one')!
  await load(manager, 'user', { dependencies: { one: '<2' } })
  const refused = async (version: string, more: PluginFiles): Promise<unknown> =>
    manager.updatePlugin('one', { path: await writeVersion(version, null, more) }).catch((error: unknown) => error)
  const gates = (...codes: readonly string[]) => ({
    code: 'UPDATE_REFUSED',
    details: { id: 'one', from: '1.0.0', gates: codes.map((code) => ({ code })) },
  })
  expect(await refused('1.1.0', { permissions: ['NetworkAccess'] })).toMatchObject(gates('permissions'))
  expect(await refused('1.1.0', { configSchema: { type: 'object', required: ['n'] } })).toMatchObject(gates('config'))
  expect(await refused('2.0.0', {})).toMatchObject(gates('dependents', 'major'))
  expect(await refused('1.1.0', { dependencies: { gone: '1' } })).toMatchObject({
    code: 'UPDATE_FAILED',
    details: { cause: { code: 'DEPENDENCY_UNMET' } },
  })
  const refusing = async (options: UpdateOptions, id = 'one'): Promise<unknown> =>
    manager.updatePlugin(id, options as UpdateOptions & { dryRun?: false }).catch(({ code }: { code: string }) => code)
  expect(await refusing({ path: await writePlugin('other') })).toBe('METADATA_INVALID')
  expect(await refusing({ path: '/nowhere' })).toBe('PATH_NOT_FOUND')
  expect(await refusing({ version: '1.1.0' })).toBe('VERSION_UNUSABLE')
  expect(await refusing({ watchMs: -1 })).toBe('OPTION_INVALID')
  expect(await refusing({ pathh: 'x' } as never)).toBe('OPTION_INVALID')
  expect(await refusing({}, 'nobody')).toBe('PLUGIN_NOT_FOUND')
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', pid })
  await manager.disablePlugin('one', { cascade: true })
  expect(await refusing({ strategy: 'swap' })).toBe('ILLEGAL_TRANSITION')
  expect(await refusing({ strategy: 'jump' as never })).toBe('OPTION_INVALID')
})

test('[UP2.d] a plan says what would be done and what is in the way; what is accepted is not; grants come and go with their version', async () => {
  const manager = await createSequence()
  const path = await writeVersion('2.0.0', null, { permissions: ['ReadVmState', 'NetworkAccess'] })
  const banned: Gate = { code: 'banned', message: 'It was taken back before.', details: { reason: 'x', at: 1 } }
  const plan = await manager.updatePlugin('one', { path, gates: [banned], dryRun: true })
  expect(plan).toMatchObject({
    from: '1.0.0',
    to: '2.0.0',
    gates: [{ code: 'permissions', details: { missing: ['NetworkAccess'] } }, { code: 'major' }, banned],
    steps: [{ code: 'prepare' }, { code: 'hand-over' }, { code: 'watch' }],
  })
  expect(manager.getPlugin('one')!.update).toBeNull()
  const accept = ['permissions', 'major'] as const
  await expect(manager.updatePlugin('one', { path, gates: [banned], accept })).rejects.toMatchObject({
    details: { gates: [{ code: 'banned' }] },
  })
  await manager.updatePlugin('one', { path, gates: [banned], accept: [...accept, 'banned'] })
  expect(manager.getPlugin('one')!.grants).toEqual(['ReadVmState', 'NetworkAccess'])
  await manager.settleUpdate('one', 'bad')
  expect(manager.getPlugin('one')!.grants).toEqual(['ReadVmState'])
})

test.each([
  ['exportState none', null, 'none'],
  [null, 'importState none', 'dropped'],
] satisfies [Fault, Fault, string][])(
  '[UP1.d] a version without %s, and one with %s: what became of the state is told',
  async (before, after, state) => {
    const manager = await createManager()
    await manager.loadPlugin(await writeVersion('1.0.0', before))
    await manager.broadcastEvent(custom('x', 0))
    expect(await manager.updatePlugin('one', { path: await writeVersion('1.1.0', after) })).toMatchObject({ state })
    await manager.broadcastEvent(custom('x', 1))
    expect(await sequenceOf(manager)).toMatchObject({ next: 2, lost: 1 })
  },
)

test('[UP3.a] taken back by hand, the former version goes on with the state of the new one', async () => {
  const manager = await createSequence()
  const { pid } = manager.getPlugin('one')!
  const stop = publishNumbers(manager, 5)
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0') })
  await until(() => statsOf(manager, 'one').eventsProcessed > 20)
  const update = await manager.settleUpdate('one', 'bad')
  expect(update).toMatchObject({ phase: 'rolled-back', verdict: { result: 'bad', metric: 'manual' } })
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', pid })
  expect(versionOf(manager)).toBe('1.0.0')
  const published = await stop()
  expect(await sequenceOf(manager)).toMatchObject({ next: published, lost: 0, twice: 0, path: ['1.0.0', '1.1.0'] })
  expect(lawHolds(statsOf(manager, 'one'))).toBe(true)
})

test('[UP3.b] a state of another form stays with the version that has it: the former one goes on as it was', async () => {
  const manager = await createSequence()
  await manager.broadcastEvent(custom('x', 0))
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0', 'stateVersion 2') })
  await manager.broadcastEvent(custom('x', 1))
  await manager.settleUpdate('one', 'bad')
  await manager.broadcastEvent(custom('x', 2))
  expect(await sequenceOf(manager)).toMatchObject({ next: 3, lost: 1, path: [] })
})

test.each(['exportState throws', 'exportState hangs', 'exportState none', 'exportState exits'] satisfies Fault[])(
  '[UP3.b] where the new version does not give its state (%s), the former one goes on as it was, and can do so again',
  async (fault) => {
    const manager = await createSequence({ deadlines: { startMs: 2_000 } })
    await manager.broadcastEvent(custom('x', 0))
    for (const version of ['1.1.0', '1.2.0']) {
      await manager.updatePlugin('one', { path: await writeVersion(version, fault) })
      await manager.settleUpdate('one', 'bad')
      expect(manager.getPlugin('one')).toMatchObject({ state: 'active', update: { phase: 'rolled-back' } })
    }
    expect(versionOf(manager)).toBe('1.0.0')
    await manager.broadcastEvent(custom('x', 1))
    expect(await sequenceOf(manager)).toMatchObject({ next: 2, lost: 0, twice: 0, path: [] })
    expect(lawHolds(statsOf(manager, 'one'))).toBe(true)
  },
)

test('[UP3.a] where the former version has the state but does not start again, the new one goes on with it', async () => {
  const manager = await createManager()
  await manager.loadPlugin(await writeVersion('1.0.0', 'second start throws'))
  const { pid } = manager.getPlugin('one')!
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0') })
  await manager.broadcastEvent(custom('x', 0))
  await expect(manager.settleUpdate('one', 'bad')).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
  expect(manager.getPlugin('one')).toMatchObject({
    state: 'active',
    metadata: { version: '1.1.0' },
    update: { phase: 'failed' },
  })
  expect(isAlive(pid!)).toBe(false)
  await manager.broadcastEvent(custom('x', 1))
  expect(await sequenceOf(manager)).toMatchObject({ next: 2, lost: 0, twice: 0 })
})

test('[UP3.c] where neither version goes on, the plugin is in error, and its update has failed', async () => {
  const manager = await createManager()
  await manager.loadPlugin(await writeVersion('1.0.0', 'second start throws'))
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0', 'handleEvent exits') })
  manager.context.eventBus.publish(custom('x', 0))
  await until(() => manager.getPlugin('one')!.update?.phase === 'failed')
  expect(manager.getPlugin('one')!.state).toBe('error')
})

test('[UP3.a] a version that goes back takes along what was granted for it, and nothing that was changed meanwhile', async () => {
  const manager = await createSequence()
  manager.setGrants('one', ['ReadVmState', 'ExecuteSyscall'])
  const path = await writeVersion('1.1.0', null, { permissions: ['ReadVmState', 'NetworkAccess'] })
  await manager.updatePlugin('one', { path, accept: ['permissions'] })
  expect(manager.getPlugin('one')!.grants).toEqual(['ReadVmState', 'ExecuteSyscall', 'NetworkAccess'])
  manager.setGrants('one', ['ReadVmState', 'NetworkAccess'])
  await manager.updatePluginConfig('one', { paddingBytes: 3 })
  await manager.settleUpdate('one', 'bad')
  expect(manager.getPlugin('one')!.grants).toEqual(['ReadVmState'])
  expect(manager.getPluginConfig('one').config).toEqual({ paddingBytes: 3 })
  await manager.restartPlugin('one')
  expect((await sequenceOf(manager)).next).toBe(0)
})

test.each([
  ['handleEvent exits', 'PLUGIN_CRASHED', 'crash'],
  ['handleEvent throws', 'ERROR_LIMIT', 'error-limit'],
] satisfies [Fault, string, VerdictMetric][])(
  '[UP3.c] a new version that fails while it is watched (%s) goes back by itself, and the queue is kept',
  async (fault, code, metric) => {
    const manager = await createSequence()
    const { pid } = manager.getPlugin('one')!
    await manager.updatePlugin('one', { path: await writeVersion('1.1.0', fault) })
    for (let n = 0; n < 40; n += 1) manager.context.eventBus.publish(custom('x', n))
    await until(() => manager.getPlugin('one')!.update?.phase === 'rolled-back')
    await until(() => statsOf(manager, 'one').mailboxDepth + statsOf(manager, 'one').inFlight === 0)
    expect(manager.getPlugin('one')).toMatchObject({
      state: 'active',
      pid,
      update: {
        from: '1.0.0',
        to: '1.1.0',
        verdict: { result: 'bad', metric, error: { code } },
      } satisfies DeepPartial<PluginUpdate>,
    })
    expect(versionOf(manager)).toBe('1.0.0')
    const stats = statsOf(manager, 'one')
    expect(lawHolds(stats)).toBe(true)
    expect(stats).toMatchObject({ dropped: 0, discarded: 0, inDoubt: 0, accepted: 40 })
  },
)

test('[UP3.c] a new version that dies while the old one is still being stopped goes back as well', async () => {
  const manager = await createManager()
  await manager.loadPlugin(await writeVersion('1.0.0', 'stop slow'))
  await manager.broadcastEvent(custom('x', 0))
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0', 'start exits soon') })
  await until(() => manager.getPlugin('one')!.update?.phase === 'rolled-back')
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.0.0' } })
  await manager.broadcastEvent(custom('x', 1))
  expect(await sequenceOf(manager)).toMatchObject({ next: 2, lost: 0, twice: 0 })
})

test('[UP3.d] a stop or another update ends the watching', async () => {
  const manager = await createSequence()
  const { pid } = manager.getPlugin('one')!
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0') })
  await manager.updatePlugin('one', { path: await writeVersion('1.2.0') })
  expect(isAlive(pid!)).toBe(false)
  expect(versionOf(manager)).toBe('1.2.0')
  await manager.disablePlugin('one')
  expect(manager.getPlugin('one')).toMatchObject({
    state: 'loaded',
    update: { phase: 'settled', verdict: { result: 'unsure' } },
  })
  await manager.enablePlugin('one')
  expect(versionOf(manager)).toBe('1.2.0')
  await manager.updatePlugin('one', { path: await writeVersion('1.3.0') })
  await manager.unloadPlugin('one')
  expect(manager.getAllPlugins()).toEqual([])
})

test('[UP3.e] a disable in the middle of an update ends both versions', async () => {
  const manager = await createSequence()
  const { pid } = manager.getPlugin('one')!
  const updating = manager.updatePlugin('one', { path: await writeVersion('1.1.0', 'initialize hangs') })
  const refused = expect(updating).rejects.toMatchObject({ code: 'ABORTED' })
  await until(() => manager.getPlugin('one')!.update?.phase === 'preparing')
  await manager.disablePlugin('one')
  await refused
  expect(manager.getPlugin('one')).toMatchObject({ state: 'loaded', update: { phase: 'failed' } })
  expect(isAlive(pid!)).toBe(false)
})

test('[UP1.e] plugins that need it keep running, and what waits in shared data is heard by the new version', async () => {
  const manager = await createSequence()
  await load(manager, 'user', { dependencies: { one: '>=1' } })
  const { pid } = manager.getPlugin('user')!
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0') })
  expect(manager.getPlugin('user')).toMatchObject({ state: 'active', pid })
  await untilState(manager, 'one', 'active')
})

test('[UP1.b] a state of 1 MB arrives as a whole', async () => {
  const manager = await createSequence({ config: { paddingBytes: 1_048_576 } })
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0') })
  await manager.broadcastEvent(custom('x', 0))
  expect(await sequenceOf(manager)).toMatchObject({ next: 1, path: ['1.0.0'] })
})

test.each(['process', 'inline'] as const)(
  '[UP1.b] characters of every length arrive as they are, wherever a state is cut into parts: %s',
  async (isolation) => {
    const code = `import { createHash } from 'node:crypto'
      export default () => {
        let text = ''
        return {
          start: () => void (text ||= 'x\\ufeffé€😀'.repeat(40_000)),
          exportState: () => text,
          importState: (state) => void (text = state),
          status: () => ({ length: text.length, digest: createHash('sha256').update(text, 'utf16le').digest('hex') }),
        }
      }`
    const manager = await createManager(isolation === 'inline' ? { inlinePlugins: ['one'] } : {})
    await load(manager, 'one', { code }, { isolation })
    const before = await manager.getPluginStatus('one')
    expect(before).toMatchObject({ length: 240_000 })
    const update = await manager.updatePlugin('one', { path: await writePlugin('one', { code, version: '1.1.0' }) })
    expect(update).toMatchObject({ state: 'taken' })
    expect(await manager.getPluginStatus('one')).toEqual(before)
  },
)

type DeepPartial<T> = { readonly [K in keyof T]?: T[K] extends object | null ? DeepPartial<T[K]> | null : T[K] }

test('[UP4.a] an installed version is loaded, updated and restored by its number, and each start has it checked', async () => {
  const folders: Record<string, string> = { '1.0.0': await writeVersion('1.0.0'), '1.1.0': await writeVersion('1.1.0') }
  const manager = await createManager({ catalog: sourceOf(folders) })
  await manager.loadPlugin({ id: 'one', version: '1.0.0' })
  expect(manager.getPlugin('one')).toMatchObject({
    state: 'active',
    path: folders['1.0.0'],
    digest: '1.0.0'.repeat(10),
  })
  await manager.updatePlugin('one', { version: '1.1.0' })
  expect(manager.getPlugin('one')).toMatchObject({ path: folders['1.1.0'], digest: '1.1.0'.repeat(10) })
  await manager.settleUpdate('one', 'good')
  const stored = manager.getStoredPlugin('one')
  expect(stored).toMatchObject({ installed: true, metadata: { version: '1.1.0' } })

  const next = await createManager({ catalog: sourceOf(folders) })
  await next.restorePlugins([stored])
  delete folders['1.1.0']
  await expect(next.restartPlugin('one')).rejects.toMatchObject({
    code: 'VERSION_UNUSABLE',
    details: { reason: 'VERSION_NOT_FOUND' },
  })
  // No restart would repair that.
  expect(next.getPlugin('one')).toMatchObject({ state: 'error', nextRestartAt: null })
  await expect(next.loadPlugin({ id: 'two', version: '1.0.0' })).rejects.toMatchObject({ code: 'METADATA_INVALID' })
  await expect(next.loadPlugin({ id: 'one', version: '9.0.0' })).rejects.toMatchObject({ code: 'VERSION_UNUSABLE' })
})
