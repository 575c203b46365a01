import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Reach } from './plugins/probe.ts'
import { createManager, load, tempFolder, writePlugin } from './support.ts'

test('[PM1.a] a request beyond the grants refuses the load and says what is missing', async () => {
  const manager = await createManager()
  const permissions = [
    'ReadVmState',
    'NetworkAccess',
    { name: 'FileSystemAccess', read: ['/etc', '/opt/data'] },
    { name: 'MemoryAllocation', bytes: 2 ** 30 },
  ] as const
  const grant = [{ name: 'FileSystemAccess', read: ['/opt'] }] as const
  await expect(load(manager, 'one', { permissions }, { grant })).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
    details: {
      missing: [
        'NetworkAccess',
        { name: 'FileSystemAccess', read: ['/etc'] },
        { name: 'MemoryAllocation', bytes: 2 ** 30 },
      ],
    },
  })
  expect(manager.getAllPlugins()).toEqual([])
})

test('[PM1.b] grants that are taken away count from the next start on', async () => {
  const manager = await createManager()
  await load(manager, 'one', { permissions: ['NetworkAccess'] }, { grant: ['NetworkAccess'] })
  manager.setGrants('one', [])
  expect(manager.getPlugin('one')!.state).toBe('active')
  await expect(manager.restartPlugin('one')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  expect(manager.getPlugin('one')).toMatchObject({ state: 'error', pid: null })
  manager.setGrants('one', ['NetworkAccess'])
  await manager.restartPlugin('one')
  expect(manager.getPlugin('one')!.state).toBe('active')
})

test('[PM1.c] a guest reaches its own folder and its data folder, and nothing else', async () => {
  const manager = await createManager()
  await load(manager, 'probe', { plugin: 'probe' }, { config: { granted: '/etc/hosts' } })
  const reached = (await manager.getPluginStatus('probe')) as Reach
  const allowed = Object.keys(reached).filter((name) => reached[name] === 'allowed')
  expect(allowed).toEqual(['readOwnFolder', 'writeData'])
})

test('[PM1.c] a path with * is refused, for a plugin and for the data folder: Node would take it for a wildcard', async () => {
  const manager = await createManager()
  await expect(manager.loadPlugin(await writePlugin('*'))).rejects.toMatchObject({
    code: 'METADATA_INVALID',
    message: expect.stringContaining('must not contain *'),
  })
  expect(manager.getAllPlugins()).toEqual([])
  await expect(createManager({ dataDir: join(await tempFolder(), 'data*') })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    details: { option: 'dataDir' },
  })
})

test('[PM1.c] what is granted is allowed, no more', async () => {
  const folder = await tempFolder()
  const granted = join(folder, 'granted')
  await writeFile(granted, 'x')
  const manager = await createManager()
  const permissions = [{ name: 'FileSystemAccess', read: [folder] }, 'ExecuteSyscall', 'NetworkAccess'] as const
  await load(manager, 'probe', { plugin: 'probe', permissions }, { grant: permissions, config: { granted } })
  const reached = (await manager.getPluginStatus('probe')) as Reach
  const allowed = Object.keys(reached).filter((name) => reached[name] === 'allowed')
  // Whoever may run any program may read anything through it, and so reads it directly, too; writing is another thing.
  expect(allowed).toEqual(['readOwnFolder', 'writeData', 'readEtc', 'readGranted', 'spawn', 'kill', 'connect'])
})

test('[IS1.a] inline is for ids that the host lists; a wish alone is not enough', async () => {
  const manager = await createManager({ inlinePlugins: ['trusted', 'wishing'] })
  await expect(load(manager, 'other', {}, { isolation: 'inline' })).rejects.toMatchObject({
    code: 'ISOLATION_DENIED',
    details: { id: 'other' },
  })
  await load(manager, 'hoping', { isolation: 'inline' })
  expect(manager.getPlugin('hoping')).toMatchObject({ isolation: 'process' })
  await load(manager, 'wishing', { isolation: 'inline' })
  await load(manager, 'trusted', {}, { isolation: 'inline' })
  expect(manager.getPlugin('trusted')).toMatchObject({
    isolation: 'inline',
    pid: null,
    stats: { memoryUsageBytes: null },
  })
  expect(manager.getPlugin('wishing')!.isolation).toBe('inline')
})

test('an access that is refused says which permission it needs, also below a cause; the stack shows the plugin alone', async () => {
  const manager = await createManager()
  const code = `import { readFileSync } from 'node:fs'
export default () => ({
  subscriptions: ['custom'],
  async handleEvent({ data }) {
    if (data !== 'read') await fetch(data)
    readFileSync('/etc/hostname')
  },
})`
  await load(manager, 'curious', { code })
  for (const data of ['http://localhost:8099/', 'http://127.0.0.1:8099/', 'read'])
    await manager.broadcastEvent({ type: 'custom.look', data })
  const errors = manager.getDeadLetters('curious').map(({ error }) => error)
  const needs = 'in the permissions of plugin.json, and have it granted'
  const network = `fetch failed; caused by Error: using the network is not permitted: request "NetworkAccess" ${needs}`
  expect(errors.map(({ message }) => message)).toEqual([
    `reading /etc/hostname is not permitted: request {"name":"FileSystemAccess","read":["/etc"]} ${needs}`,
    network,
    network,
  ])
  expect(errors[0]!.stack).toContain('curious/index.ts')
  for (const { stack } of errors) expect(stack).not.toMatch(/--allow|core\/(dist|src)\/|node:internal/)
})
