import { describe, expect, test } from 'vitest'
import type { PluginManager, StoredPlugin, UpdateOptions } from '../src/index.ts'
import type { Fault } from './plugins/sequence.ts'
import { createManager, custom, statsOf, until, untilState } from './support.ts'
import { sourceOf, versionOf, writeVersion } from './versions.ts'

/** A manager whose plugin runs 1.0.0 of the catalog, which has 1.1.0 as well. */
async function createUpdatable(
  fault: Fault = null,
): Promise<{ manager: PluginManager; folders: Record<string, string> }> {
  const folders = { '1.0.0': await writeVersion('1.0.0'), '1.1.0': await writeVersion('1.1.0', fault, ADDS) }
  const manager = await createManager({ catalog: sourceOf(folders) })
  await manager.loadPlugin({ id: 'one', version: '1.0.0' })
  return { manager, folders }
}

const ADDS = { permissions: ['NetworkAccess'] } as const
const TO_NEXT = { version: '1.1.0', accept: ['permissions'] } satisfies UpdateOptions

/** What the host has stored at each phase of an update, as JSON, as it would be on disk. */
function storedByPhase(manager: PluginManager): Record<string, StoredPlugin> {
  const stored: Record<string, StoredPlugin> = {}
  manager.onDidChange((fact) => {
    if (fact.type !== 'update') return
    stored[fact.update.phase] ??= JSON.parse(JSON.stringify(manager.getStoredPlugin('one'))) as StoredPlugin
  })
  return stored
}

/** The host after its end: another manager, which takes up what was stored. */
async function startAgain(stored: StoredPlugin, folders: Record<string, string>): Promise<PluginManager> {
  const manager = await createManager({ catalog: sourceOf(folders) })
  await manager.restorePlugins([stored])
  return manager
}

describe('[UP8.a] after the end of the host one whole version runs, and its update says what became of it', () => {
  test.each(['preparing', 'handing-over'])('%s: the former version runs', async (phase) => {
    const { manager, folders } = await createUpdatable()
    const stored = storedByPhase(manager)
    await manager.updatePlugin('one', TO_NEXT)
    const next = await startAgain(stored[phase]!, folders)
    expect(next.getPlugin('one')!.update).toMatchObject({ phase: 'failed', verdict: { metric: 'failed' } })
    await next.startEnabledPlugins()
    expect(next.getPlugin('one')).toMatchObject({
      state: 'active',
      metadata: { version: '1.0.0' },
      grants: ['ReadVmState'],
    })
  })

  test('watching: the new version runs, and is watched for its whole time again', async () => {
    const { manager, folders } = await createUpdatable()
    const stored = storedByPhase(manager)
    await manager.updatePlugin('one', { ...TO_NEXT, watchMs: 700 })
    const next = await startAgain(stored.watching!, folders)
    await next.startEnabledPlugins()
    expect(next.getPlugin('one')).toMatchObject({
      state: 'active',
      metadata: { version: '1.1.0' },
      grants: ['ReadVmState', 'NetworkAccess'],
      update: { phase: 'watching' },
    })
    await until(() => next.getPlugin('one')!.update?.phase === 'settled')
    expect(next.getPlugin('one')!.update).toMatchObject({ verdict: { result: 'unsure', metric: 'time' } })
  })

  test('rolling back: the former version runs', async () => {
    const { manager, folders } = await createUpdatable()
    const stored = storedByPhase(manager)
    await manager.updatePlugin('one', TO_NEXT)
    await manager.settleUpdate('one', 'bad')
    const next = await startAgain(stored['rolling-back']!, folders)
    await next.startEnabledPlugins()
    expect(next.getPlugin('one')).toMatchObject({
      state: 'active',
      metadata: { version: '1.0.0' },
      grants: ['ReadVmState'],
      update: { phase: 'rolled-back', verdict: { metric: 'manual' } },
    })
  })

  test('over: nothing is taken up', async () => {
    const { manager } = await createUpdatable()
    await manager.updatePlugin('one', TO_NEXT)
    await manager.settleUpdate('one', 'good')
    expect(manager.getStoredPlugin('one')).not.toHaveProperty('update')
  })
})

test('[UP8.b] a version that does not start any more after the end of its host goes back', async () => {
  const { manager, folders } = await createUpdatable()
  await manager.updatePlugin('one', TO_NEXT)
  const stored = manager.getStoredPlugin('one')
  const next = await startAgain(stored, { ...folders, '1.1.0': await writeVersion('1.1.0', 'start throws', ADDS) })
  await next.startEnabledPlugins()
  await until(() => next.getPlugin('one')!.update?.phase === 'rolled-back')
  expect(next.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.0.0' } })
})

test('[UP8.b] one that fails while it is watched anew goes back, and its queue is kept', async () => {
  const { manager, folders } = await createUpdatable('handleEvent exits')
  await manager.updatePlugin('one', TO_NEXT)
  const next = await startAgain(manager.getStoredPlugin('one'), folders)
  await next.startEnabledPlugins()
  for (let n = 0; n < 5; n += 1) next.context.eventBus.publish(custom('x', n))
  await until(() => next.getPlugin('one')!.update?.phase === 'rolled-back')
  await until(() => statsOf(next, 'one').mailboxDepth + statsOf(next, 'one').inFlight === 0)
  expect(versionOf(next)).toBe('1.0.0')
  expect(statsOf(next, 'one')).toMatchObject({ discarded: 0, dropped: 0 })
})

test('[UP8.c] a version during which the host ends three times in a row goes back without being started again', async () => {
  const { manager, folders } = await createUpdatable()
  await manager.updatePlugin('one', TO_NEXT)
  let stored = manager.getStoredPlugin('one')
  for (let ends = 0; ends < 2; ends += 1) stored = (await startAgain(stored, folders)).getStoredPlugin('one')
  const last = await startAgain(stored, folders)
  expect(last.getPlugin('one')).toMatchObject({
    state: 'loaded',
    metadata: { version: '1.0.0' },
    update: { phase: 'rolled-back', verdict: { result: 'unsure', metric: 'host-ended' } },
  })
})

test('[UP8.c] a host that is stopped in order may be started as often as it likes', async () => {
  const { manager, folders } = await createUpdatable()
  await manager.updatePlugin('one', TO_NEXT)
  let last = manager
  for (let ends = 0; ends < 4; ends += 1) {
    await last.close()
    last = await startAgain(last.getStoredPlugin('one'), folders)
    await last.startEnabledPlugins()
  }
  expect(last.getPlugin('one')).toMatchObject({ metadata: { version: '1.1.0' }, update: { phase: 'watching' } })
})

test('[UP8.d] by hand it goes back also where nothing is started: the next start is that of the former version', async () => {
  const { manager, folders } = await createUpdatable()
  await manager.updatePlugin('one', TO_NEXT)
  const next = await startAgain(manager.getStoredPlugin('one'), folders)
  await next.settleUpdate('one', 'bad')
  expect(next.getPlugin('one')).toMatchObject({ state: 'loaded', metadata: { version: '1.0.0' }, pid: null })
  await next.updatePlugin('one', TO_NEXT)
  expect(next.getPlugin('one')).toMatchObject({ state: 'loaded', metadata: { version: '1.1.0' }, pid: null })
  await next.startEnabledPlugins()
  await untilState(next, 'one', 'active')
  expect(versionOf(next)).toBe('1.1.0')
})

test('[UP8.e] what a host hands back of an update that is none is refused with the name of the field', async () => {
  const { manager, folders } = await createUpdatable()
  await manager.updatePlugin('one', TO_NEXT)
  const stored = manager.getStoredPlugin('one')
  const next = await createManager({ catalog: sourceOf(folders) })
  for (const [change, option] of [
    [{ update: 1 }, 'update'],
    [{ update: { ...stored.update, progress: { phase: 'flying' } } }, 'update.progress'],
    [{ update: { ...stored.update, former: {} } }, 'update.former.path'],
    [{ update: { ...stored.update, config: null } }, 'update.config'],
    [{ update: { ...stored.update, revisionAfter: -1 } }, 'update.revisionAfter'],
  ] as const) {
    await expect(next.restorePlugins([{ ...stored, ...change } as never])).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { option },
    })
  }
})
