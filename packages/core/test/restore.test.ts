import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PluginManager, StoredPlugin } from '../src/index.ts'
import { createManager, writePlugin } from './support.ts'

/** What a host would have noted of a loaded plugin. */
function noteOf(manager: PluginManager, id: string, more: Partial<StoredPlugin> = {}): StoredPlugin {
  const { path, metadata } = manager.getPlugin(id)!
  const { config, revision } = manager.getPluginConfig(id)
  return { path, metadata, config: { shown: config, secrets: {}, revision }, ...more }
}

async function noted(id: string, ...files: Parameters<typeof writePlugin>[1][]): Promise<StoredPlugin> {
  const manager = await createManager()
  await manager.loadPlugin(await writePlugin(id, ...files), { enabled: false })
  return noteOf(manager, id)
}

test('[LC7.a] plugins come back with config, revision, grants, policy and dead letters, and start in order', async () => {
  const manager = await createManager()
  await manager.loadPlugin(await writePlugin('base'))
  await manager.loadPlugin(
    await writePlugin('user', {
      dependencies: { base: '^1.0.0' },
      plugin: 'fails-every-event',
      configSchema: { type: 'object', properties: { n: { type: 'number', default: 1 } } },
    }),
  )
  await manager.updatePluginConfig('user', { n: 7 })
  await manager.broadcastEvent({ type: 'vm.started', data: { vmId: 'x' } })
  const deadLetters = manager.getDeadLetters('user')
  expect(deadLetters).toHaveLength(1)

  const next = await createManager()
  await next.restorePlugins([
    noteOf(manager, 'base'),
    noteOf(manager, 'user', { deadLetters, grant: ['NetworkAccess'], restartPolicy: 'always' }),
  ])
  expect(next.getAllPlugins().map(({ state, enabled }) => [state, enabled])).toEqual([
    ['loaded', true],
    ['loaded', true],
  ])
  const states: string[] = []
  next.onDidChange((fact) => fact.type === 'state' && states.push(`${fact.id} ${fact.to}`))
  await next.startEnabledPlugins()
  expect(states).toEqual(['base initializing', 'base active', 'user initializing', 'user active'])
  expect(next.getPlugin('user')).toMatchObject({ grants: ['ReadVmState', 'NetworkAccess'], restartPolicy: 'always' })
  expect(next.getPluginConfig('user')).toMatchObject({ config: { n: 7 }, revision: 2 })
  expect(next.getDeadLetters('user')).toEqual(deadLetters)
  await next.broadcastEvent({ type: 'vm.started', data: { vmId: 'x' } })
  expect(next.getDeadLetters('user').map(({ id }) => id)).toEqual(['2', '1'])
})

test('[LC7.b] one that is not wanted active stays loaded', async () => {
  const note = await noted('off')
  const manager = await createManager()
  await manager.restorePlugins([{ ...note, enabled: false }])
  await manager.startEnabledPlugins()
  expect(manager.getPlugin('off')).toMatchObject({ state: 'loaded', enabled: false })
  await expect(manager.restorePlugins([note])).rejects.toMatchObject({ code: 'PLUGIN_EXISTS' })
})

test('[LC7.c] a reason that would refuse a load puts a restored plugin in error, and does not affect the others', async () => {
  const [needy, asking, strict, fine] = await Promise.all([
    noted('needy').then((note) => ({ ...note, metadata: { ...note.metadata, dependencies: { nothing: '*' } } })),
    noted('asking'),
    noted('strict', { configSchema: { type: 'object', required: ['n'] } }),
    noted('fine'),
  ])
  await writeFile(
    join(needy.path, 'plugin.json'),
    JSON.stringify({ id: 'needy', version: '1.0.0', entryPoint: 'index.ts', dependencies: { nothing: '*' } }),
  )
  await writeFile(
    join(asking.path, 'plugin.json'),
    JSON.stringify({ id: 'asking', version: '1.0.0', entryPoint: 'index.ts', permissions: ['NetworkAccess'] }),
  )
  const manager = await createManager()
  await manager.restorePlugins([needy, asking, strict, fine])
  await manager.startEnabledPlugins()
  const found = manager.getAllPlugins().map(({ metadata, state, lastError }) => [metadata.id, state, lastError?.code])
  expect(found).toEqual([
    ['needy', 'error', 'DEPENDENCY_UNMET'],
    ['asking', 'error', 'PERMISSION_DENIED'],
    ['strict', 'error', 'CONFIG_INVALID'],
    ['fine', 'active', undefined],
  ])
})

test('[LC7.d] files that are gone put it in error; its next start finds them when they are back', async () => {
  const note = await noted('away')
  const manager = await createManager()
  await rename(note.path, `${note.path}-elsewhere`)
  await manager.restorePlugins([note])
  await manager.startEnabledPlugins()
  expect(manager.getPlugin('away')).toMatchObject({ state: 'error', lastError: { code: 'PATH_NOT_FOUND' } })
  expect(manager.getPlugin('away')?.metadata).toEqual(note.metadata)

  await rename(`${note.path}-elsewhere`, note.path)
  await manager.restartPlugin('away')
  expect(manager.getPlugin('away')?.state).toBe('active')
})

test('[LC7.e] files that are another plugin’s by now do not run under the old name; a new version of the same plugin does', async () => {
  const note = await noted('away')
  const file = join(note.path, 'plugin.json')
  const manager = await createManager()
  await rm(file)
  await manager.restorePlugins([note])
  await writeFile(file, JSON.stringify({ id: 'other', version: '1.0.0', entryPoint: 'index.ts' }))
  await expect(manager.restartPlugin('away')).rejects.toMatchObject({ code: 'METADATA_INVALID' })
  await writeFile(file, JSON.stringify({ id: 'away', version: '2.0.0', entryPoint: 'index.ts' }))
  await manager.restartPlugin('away')
  expect(manager.getPlugin('away')).toMatchObject({ state: 'active', metadata: { version: '2.0.0' } })
})

const LETTER = { id: '1', events: [], error: { name: 'Error', message: 'x' }, reason: 'handler-failed', at: 0 }
const METADATA = { id: 'one', name: 'one', version: '1.0.0', entryPoint: 'index.ts', dependencies: {}, permissions: [] }
test.each([
  ['no list', null, 'stored'],
  ['no plugin', [null], 'stored'],
  ['a plugin without a path', [{ path: undefined }], 'path'],
  ['metadata that are text', [{ metadata: 'x' }], 'metadata'],
  ['an id that is none', [{ metadata: { id: '../x' } }], 'metadata.id'],
  ['a config without secrets', [{ config: { shown: {}, revision: 1 } }], 'config.secrets'],
  ['a revision that is no number', [{ config: { shown: {}, secrets: {}, revision: 'x' } }], 'config.revision'],
  ['dead letters without events', [{ deadLetters: [{ id: '1' }] }], 'deadLetters'],
  ['a dead letter with no event in it', [{ deadLetters: [{ ...LETTER, events: [null] }] }], 'deadLetters'],
  ['a dead letter with no message', [{ deadLetters: [{ ...LETTER, error: {} }] }], 'deadLetters'],
  ['a topic that is none', [{ metadata: { ...METADATA, events: [5] } }], 'metadata.events'],
  ['a limit that is none', [{ limits: { handleEventMs: -1 } }], 'limits.handleEventMs'],
])('[LC7.g] %s is refused by name', async (_name, given, option) => {
  const note = await noted('one')
  const manager = await createManager()
  const stored = given?.map((more) => (more ? { ...note, ...more } : more)) ?? given
  const refused = manager.restorePlugins(stored as never)
  await expect(refused).rejects.toMatchObject({ name: 'PluginError', code: 'OPTION_INVALID', details: { option } })
  expect(manager.getAllPlugins()).toEqual([])
})

test('[LC7.f] a plugin is stored before it is loaded; if it cannot be stored, it is not loaded', async () => {
  const manager = await createManager()
  const path = await writePlugin('one')
  const full = async (): Promise<never> => {
    throw new Error('the disk is full')
  }
  await expect(manager.loadPlugin(path, { persist: full })).rejects.toThrow('the disk is full')
  expect(manager.getPlugin('one')).toBeUndefined()

  const stored: StoredPlugin[] = []
  const persist = async (one: StoredPlugin): Promise<{ configRevision: number }> => {
    stored.push(one)
    expect(manager.getPlugin('one')?.pid ?? null).toBeNull()
    await expect(manager.loadPlugin(path)).rejects.toMatchObject({ code: 'PLUGIN_EXISTS' })
    return { configRevision: 5 }
  }
  await manager.loadPlugin(path, { persist, grant: ['NetworkAccess'] })
  expect(stored).toMatchObject([
    { path, enabled: true, grant: ['NetworkAccess'], config: { shown: {}, secrets: {}, revision: 1 } },
  ])
  expect(manager.getPluginConfig('one').revision).toBe(5)
  expect(manager.getStoredPlugin('one')).toEqual({ ...stored[0], config: { shown: {}, secrets: {}, revision: 5 } })
})

test('[CF1.h] a config is stored before the plugin gets it; if it cannot be stored, nothing changes', async () => {
  const manager = await createManager()
  await manager.loadPlugin(
    await writePlugin('one', {
      configSchema: { type: 'object', properties: { key: { type: 'string', writeOnly: true }, n: { type: 'number' } } },
      plugin: 'configurable',
    }),
  )
  await manager.updatePluginConfig('one', { key: 'secret-1', n: 1 })
  const stored: unknown[] = []
  const inForce = async (): Promise<unknown> => ((await manager.getPluginStatus('one')) as { n: number }).n
  const persist = async (change: unknown): Promise<void> => {
    stored.push(change)
    expect(await inForce()).toBe(1)
  }
  const before = manager.getPluginConfig('one').config
  const { key } = before as { key: { $secret: string } }
  await manager.updatePluginConfig('one', { n: 2, key }, { persist })
  expect(await inForce()).toBe(2)
  const secrets = { [key.$secret]: 'secret-1' }
  expect(stored).toEqual([{ shown: { n: 2, key }, secrets, previous: { shown: before, secrets }, revision: 3 }])
  const full = async (): Promise<never> => {
    throw new Error('the disk is full')
  }
  await expect(manager.updatePluginConfig('one', { n: 3 }, { persist: full })).rejects.toThrow('the disk is full')
  expect(manager.getPluginConfig('one')).toMatchObject({ config: { n: 2 }, revision: 3 })
  expect(await inForce()).toBe(2)
})
