import type { JsonObject } from '@plugboard/plugin-sdk'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PluginManager } from '../src/index.ts'
import { createManager, isAlive, load, writePlugin, type PluginFiles } from './support.ts'

/** A version that shows the config it runs with, and may migrate that of another one. */
async function writeVersion(
  version: string,
  { migrate = '', ...files }: PluginFiles & { migrate?: string } = {},
): Promise<string> {
  const code = `${migrate && `export ${migrate}\n`}export default (context) => ({ status: () => context.config })\n`
  return writePlugin('one', { version, code, ...files })
}

const OLD = schemaOf({ host: { type: 'string' }, password: { type: 'string', writeOnly: true } })
const NEW = schemaOf({ url: { type: 'string' }, login: { type: 'object', properties: { key: { type: 'string' } } } }, [
  'url',
])
const SECRET = 'hunter2-hunter2'
const MIGRATE = `function migrateConfig({ host, password }, fromVersion) {
  return { url: 'https://' + host, login: { key: password, from: fromVersion } }
}`

function schemaOf(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: 'object', properties, required: [...required] }
}

async function createConfigured(): Promise<PluginManager> {
  const manager = await createManager()
  await manager.loadPlugin(await writeVersion('1.0.0', { configSchema: OLD }), {
    config: { host: 'example.org', password: SECRET },
  })
  return manager
}

test.each(['swap', 'exclusive', 'restart'] as const)(
  '[UP9.a] a new version makes its config of the one that is set, with its secrets; they stay hidden wherever they stand (%s)',
  async (strategy) => {
    const manager = await createConfigured()
    const path = await writeVersion('1.1.0', { configSchema: NEW, migrate: MIGRATE })
    const facts: unknown[] = []
    manager.onDidChange((fact) => fact.type === 'config' && facts.push(fact))
    await manager.updatePlugin('one', { path, strategy })
    const config = { url: 'https://example.org', login: { key: SECRET, from: '1.0.0' } }
    expect(await manager.getPluginStatus('one')).toEqual({
      url: config.url,
      login: { ...config.login, key: expect.any(String) },
    })
    const { revision, ...view } = manager.getPluginConfig('one')
    expect(JSON.stringify(view)).not.toContain(SECRET)
    expect(view).toMatchObject({
      config: { url: config.url, login: { key: { $secret: expect.any(String) } } },
      pendingRestart: false,
    })
    expect(revision).toBe(2)
    expect(facts).toMatchObject([{ revision: 2, applied: true }])
    // Taken back, so is the config.
    await manager.settleUpdate('one', 'bad')
    expect(manager.getPluginConfig('one')).toMatchObject({
      revision: 3,
      config: { host: 'example.org' },
      pendingRestart: false,
    })
    expect(manager.getPluginConfig('one').config).not.toHaveProperty('url')
    expect(Object.values(manager.getStoredPlugin('one').config.secrets)).toEqual([SECRET])
  },
)

test.each([
  ['throws', `function migrateConfig() { throw new Error('cannot') }`, 'cannot'],
  ['returns no object', 'const migrateConfig = () => [1]', 'must return an object'],
  ['returns what does not fit', 'const migrateConfig = () => ({ url: 1 })', '/url'],
  ['exits', 'function migrateConfig() { process.exit(3) }', 'Exited by itself with code 3'],
  ['hangs', 'const migrateConfig = () => new Promise(() => {})', 'did not finish within 300 ms'],
])('[UP9.b] where a migration %s, the old version and its config stay', async (_what, migrate, message) => {
  const manager = await createManager({ deadlines: { initializeMs: 300 } })
  await manager.loadPlugin(await writeVersion('1.0.0', { configSchema: OLD }), { config: { host: 'a' } })
  const { pid } = manager.getPlugin('one')!
  for (const strategy of ['swap', 'restart'] as const) {
    const path = await writeVersion('1.1.0', { configSchema: NEW, migrate })
    await expect(manager.updatePlugin('one', { path, strategy })).rejects.toMatchObject({
      code: 'UPDATE_FAILED',
      message: expect.stringContaining(message),
    })
    // A restart has ended it before.
    if (strategy === 'swap') expect(manager.getPlugin('one')).toMatchObject({ pid })
    expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.0.0' } })
  }
  expect(manager.getPluginConfig('one')).toMatchObject({ revision: 1, config: { host: 'a' } })
})

test('[UP9.c] a config that does not fit and is not migrated refuses the update; another one may come with it', async () => {
  const manager = await createConfigured()
  const { pid } = manager.getPlugin('one')!
  const path = await writeVersion('1.1.0', { configSchema: NEW })
  const refused = { code: 'UPDATE_REFUSED', details: { gates: [{ code: 'config' }] } }
  await expect(manager.updatePlugin('one', { path })).rejects.toMatchObject(refused)
  await expect(manager.updatePlugin('one', { path, config: { url: 1 } })).rejects.toMatchObject(refused)
  expect(manager.getPlugin('one')!.pid).toBe(pid)
  expect(isAlive(pid!)).toBe(true)
  const { password } = manager.getPluginConfig('one').config
  await manager.updatePlugin('one', { path, config: { url: 'x', login: { key: password! } } })
  expect(await manager.getPluginStatus('one')).toMatchObject({ url: 'x' })
  expect(manager.getPluginConfig('one').config).toEqual({ url: 'x', login: { key: { $secret: expect.any(String) } } })
  expect(Object.values(manager.getStoredPlugin('one').config.secrets)).toEqual([SECRET])
})

test('[UP9.d] what is granted with an update is taken back with it', async () => {
  const manager = await createConfigured()
  const path = await writeVersion('1.1.0', { configSchema: OLD, permissions: ['NetworkAccess'] })
  await manager.updatePlugin('one', { path, grant: ['NetworkAccess', 'ExecuteSyscall'] })
  expect(manager.getPlugin('one')!.grants).toEqual(['ReadVmState', 'NetworkAccess', 'ExecuteSyscall'])
  await manager.settleUpdate('one', 'bad')
  expect(manager.getPlugin('one')!.grants).toEqual(['ReadVmState'])
})

test('[UP10.a] a restart of a linked plugin is refused where an update would be, and it runs on', async () => {
  const manager = await createManager()
  const folder = await writeVersion('1.0.0')
  await manager.loadPlugin(folder)
  await load(manager, 'user', { dependencies: { one: '^1' } })
  const { pid } = manager.getPlugin('one')!
  const change = async (more: object): Promise<void> => {
    const before = JSON.parse(await readFile(join(folder, 'plugin.json'), 'utf8')) as object
    await writeFile(join(folder, 'plugin.json'), JSON.stringify({ ...before, ...more }))
  }
  await change({ version: '2.0.0', permissions: ['NetworkAccess'] })
  const refused = {
    code: 'UPDATE_REFUSED',
    details: { gates: [{ code: 'permissions' }, { code: 'dependents' }, { code: 'major' }] },
  }
  await expect(manager.restartPlugin('one', { dryRun: true })).rejects.toMatchObject(refused)
  await expect(manager.restartPlugin('one')).rejects.toMatchObject(refused)
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', pid, metadata: { version: '1.0.0' } })
  await manager.updatePlugin('one', { accept: ['permissions', 'dependents', 'major'] })
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '2.0.0' } })
  await change({ version: '2.1.0' })
  await manager.restartPlugin('one')
  expect(manager.getPlugin('one')!.metadata.version).toBe('2.1.0')
})

test('[UP9.a] a secret that becomes a part of a text, or stands in a number or an object, stays hidden as well', async () => {
  const manager = await createManager()
  const hidden = (type: string) => ({ type, writeOnly: true })
  const configSchema = schemaOf({ password: hidden('string'), pin: hidden('integer'), login: hidden('object') })
  await manager.loadPlugin(await writeVersion('1.0.0', { configSchema }), {
    config: { password: SECRET, pin: 86_421_357, login: { user: 'ada', key: 'topsecret-key-1' } },
  })
  const migrate = `const migrateConfig = ({ password, pin, login }) =>
    ({ url: 'postgres://u:' + password + '@db', auth: { pin }, key: login.key, plain: 'example' })`
  const path = await writeVersion('1.1.0', { configSchema: { type: 'object' }, migrate })
  await manager.updatePlugin('one', { path })
  expect(manager.getPluginConfig('one').config).toEqual({
    url: { $secret: expect.any(String) },
    auth: { pin: { $secret: expect.any(String) } },
    key: { $secret: expect.any(String) },
    plain: 'example',
  })
})
