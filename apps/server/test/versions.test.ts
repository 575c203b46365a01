import { pack } from '@plugboard/catalog'
import { appendFile, chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { App } from '../src/app.ts'
import { ask, startApp, tempFolder, TOKEN, writePlugin } from './support.ts'

const API = '/api/v1'

async function restart(app: App, dataDir: string): Promise<App> {
  await app.close()
  return startApp({ PLUGBOARD_DATA_DIR: dataDir })
}

const writeVersion = async (version: string, more: object = {}): Promise<string> =>
  writePlugin('counts', { plugin: 'counts', version, events: ['custom.*'], ...more })

async function install(app: App, version: string, more: object = {}): Promise<void> {
  const path = await writeVersion(version, more)
  expect(await ask(app, 'POST', `${API}/versions`, { body: { path } })).toMatchObject({
    status: 201,
    body: { version },
  })
}

const publish = async (app: App, data: unknown = null): Promise<void> => {
  await ask(app, 'POST', `${API}/events`, {
    body: { specversion: '1.0', id: String(Math.random()), source: 'test', type: 'custom.one', data },
  })
}
const versionsOf = async (app: App): Promise<{ version: string; [field: string]: unknown }[]> =>
  (await ask(app, 'GET', `${API}/plugins/counts/versions`)).body
const update = (app: App, body: object) => ask(app, 'POST', `${API}/plugins/counts/update`, { body })
const at = (version: string) => `${API}/plugins/counts/versions/${version}`

test('a version is installed, loaded, updated with its state, taken back, and the same after a restart', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  await install(app, '1.0.0')
  await install(app, '1.1.0')
  expect(await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '1.0.0' } })).toMatchObject({
    status: 201,
    body: { version: '1.0.0', state: 'active', update: null, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
  })
  await publish(app)
  expect(await update(app, { version: '1.1.0', dryRun: true })).toMatchObject({
    status: 200,
    body: {
      from: '1.0.0',
      to: '1.1.0',
      gates: [],
      steps: [{ code: 'prepare' }, { code: 'hand-over' }, { code: 'watch' }],
    },
  })
  expect(await update(app, { version: '1.1.0' })).toMatchObject({
    status: 200,
    body: { version: '1.1.0', update: { from: '1.0.0', to: '1.1.0', phase: 'watching', state: 'taken' } },
  })
  expect(await app.manager.getPluginStatus('counts')).toEqual({ count: 1 })
  expect(await versionsOf(app)).toMatchObject([
    { version: '1.1.0', current: true, standby: false, installedBy: 'PLUGBOARD_API_TOKEN', from: { kind: 'folder' } },
    { version: '1.0.0', current: false, standby: true },
  ])
  expect((await ask(app, 'DELETE', at('1.0.0'))).body).toMatchObject({ code: 'VERSION_IN_USE' })
  expect(await ask(app, 'POST', `${API}/plugins/counts/update/settle`, { body: { verdict: 'good' } })).toMatchObject({
    body: { update: { phase: 'settled', verdict: { result: 'good' } } },
  })
  app = await restart(app, dataDir)
  expect(app.manager.getPlugin('counts')).toMatchObject({ state: 'active', metadata: { version: '1.1.0' } })
  // Nothing stands by any more: the version before comes from the catalog.
  expect(await ask(app, 'POST', `${API}/plugins/counts/rollback`)).toMatchObject({
    status: 200,
    body: { version: '1.0.0', state: 'active' },
  })
  app = await restart(app, dataDir)
  expect(app.manager.getPlugin('counts')).toMatchObject({ state: 'active', metadata: { version: '1.0.0' } })
  const { body } = await ask(app, 'GET', `${API}/timeline?id=counts&kind=version`)
  expect(JSON.stringify(body)).toContain('1.1.0 has taken over from 1.0.0.')
  // What differs is a part of the update, and no entry of its own.
  expect(JSON.stringify(body)).not.toContain('plugin.json has changed')
  const audit = await ask(app, 'GET', `${API}/audit`)
  expect(audit.body.map(({ operation }: { operation: string }) => operation)).toEqual(
    expect.arrayContaining(['versions.install', 'plugins.update', 'plugins.settleUpdate', 'plugins.rollback']),
  )
})

test('a version that crashes while it is watched goes back by itself, and is banned by its digest', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  await install(app, '1.0.0')
  await install(app, '1.1.0')
  await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '1.0.0' } })
  await update(app, { version: '1.1.0' })
  await publish(app, 'crash')
  await expect.poll(() => app.manager.getPlugin('counts')?.update?.phase).toBe('rolled-back')
  await expect
    .poll(async () => (await versionsOf(app))[0])
    .toMatchObject({
      version: '1.1.0',
      current: false,
      banned: { reason: 'Exited by itself with code 9.', by: 'plugboard' },
    })
  expect(app.manager.getPlugin('counts')).toMatchObject({ state: 'active', metadata: { version: '1.0.0' } })
  app = await restart(app, dataDir)
  expect(app.manager.getPlugin('counts')).toMatchObject({ metadata: { version: '1.0.0' } })
  expect((await update(app, { version: '1.1.0' })).body).toMatchObject({
    code: 'UPDATE_REFUSED',
    details: { gates: [{ code: 'banned' }] },
  })
  await ask(app, 'PUT', `${at('1.1.0')}/ban`, { body: { banned: false } })
  expect((await update(app, { version: '1.1.0', watchSeconds: 0 })).body).toMatchObject({ version: '1.1.0' })
})

test('an installed version is not banned for a folder that has its number and other files', async () => {
  const app = await startApp()
  await install(app, '1.0.0')
  await install(app, '1.1.0')
  await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '1.0.0' } })
  expect(
    (await update(app, { path: await writeVersion('1.1.0', { description: 'not yet installed' }) })).body,
  ).toMatchObject({
    update: { phase: 'watching', digest: null },
  })
  await publish(app, 'crash')
  await expect.poll(() => app.manager.getPlugin('counts')?.update?.phase).toBe('rolled-back')
  expect((await update(app, { version: '1.1.0', watchSeconds: 0 })).body).toMatchObject({ version: '1.1.0' })
  expect((await versionsOf(app)).map(({ banned }) => banned)).toEqual([null, null])
})

test('pins, another major version, permissions and signatures are gates; a role decides who may accept them', async () => {
  const app = await startApp()
  await install(app, '1.0.0')
  await install(app, '2.0.0', { permissions: ['NetworkAccess'] })
  await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '1.0.0' } })
  expect((await ask(app, 'PUT', `${API}/plugins/counts/pin`, { body: { version: '1.0.0' } })).body).toMatchObject([
    { version: '2.0.0', pinned: false },
    { version: '1.0.0', pinned: true },
  ])
  const codes = async (body: object): Promise<string[]> =>
    (await update(app, body)).body.details.gates.map(({ code }: { code: string }) => code)
  expect(await codes({ version: '2.0.0' })).toEqual(['permissions', 'major', 'pinned'])
  expect(await codes({ version: '2.0.0', accept: ['major'] })).toEqual(['permissions', 'pinned'])
  const { token } = (await ask(app, 'POST', `${API}/tokens`, { body: { name: 'ops', role: 'operator' } })).body
  const headers = { authorization: `Bearer ${token}` }
  const accept = ['permissions', 'major', 'pinned']
  const asOperator = (body: object) => ask(app, 'POST', `${API}/plugins/counts/update`, { body, headers })
  expect(await asOperator({ version: '2.0.0', accept })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  expect((await asOperator({ path: '/tmp' })).status).toBe(403)
  expect((await ask(app, 'POST', `${API}/versions`, { body: { path: '/tmp' }, headers })).status).toBe(403)
  expect((await update(app, { version: '2.0.0', accept })).body).toMatchObject({
    version: '2.0.0',
    grants: ['ReadVmState', 'NetworkAccess'],
  })
  await ask(app, 'POST', `${API}/plugins/counts/rollback`)
  expect(app.manager.getPlugin('counts')).toMatchObject({ metadata: { version: '1.0.0' }, grants: ['ReadVmState'] })
  expect((await ask(app, 'GET', `${at('1.0.0')}/compare/2.0.0`)).body).toMatchObject({
    metadata: [{ pointer: '/version', before: '1.0.0', after: '2.0.0' }],
    permissions: { added: ['NetworkAccess'], removed: [] },
    files: [{ path: 'plugin.json', kind: 'changed' }],
  })
})

test('a package is uploaded as the body, with the digest that it must have', async () => {
  const app = await startApp()
  const { path, digest } = await pack(await writeVersion('1.0.0'), { out: await tempFolder() })
  const upload = async (body: Buffer, query = '', token = TOKEN) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/gzip' }
    const answer = await fetch(`${app.url}${API}/versions${query}`, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    })
    return { status: answer.status, body: (await answer.json()) as object }
  }
  const bytes = await readFile(path)
  expect(await upload(bytes, `?digest=${'0'.repeat(64)}`)).toMatchObject({
    status: 422,
    body: { code: 'PACKAGE_UNEXPECTED' },
  })
  expect(await upload(bytes, `?digest=${digest}`)).toMatchObject({
    status: 201,
    body: { version: '1.0.0', digest, isNew: true },
  })
  expect(await upload(bytes)).toMatchObject({ status: 201, body: { isNew: false } })
  expect(await upload(bytes.subarray(0, -20))).toMatchObject({
    status: 422,
    body: { code: 'PACKAGE_INVALID', details: { rule: 'gzip' } },
  })
  expect(await upload(Buffer.alloc(0))).toMatchObject({ status: 422 })
  const { token } = (await ask(app, 'POST', `${API}/tokens`, { body: { name: 'eve', role: 'viewer' } })).body
  expect(await upload(bytes, '', token)).toMatchObject({ status: 403 })
  expect((await upload(bytes, '', 'nobody')).status).toBe(401)
  expect(await ask(app, 'POST', `${API}/versions`, { body: {} })).toMatchObject({
    status: 422,
    body: { code: 'INPUT_INVALID' },
  })
  expect(await ask(app, 'POST', `${API}/versions`, { body: { path, npm: 'x' } })).toMatchObject({ status: 422 })
  expect(await ask(app, 'POST', `${API}/versions`, { body: { path: '/nowhere' } })).toMatchObject({
    status: 422,
    body: { code: 'SOURCE_NOT_FOUND' },
  })
})

test('a file that was changed on disk keeps a version from starting, by name; the way back leads past it', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  await install(app, '1.0.0')
  await install(app, '1.1.0')
  await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '1.1.0' } })
  const file = join(dataDir, 'catalog/counts/1.1.0/package/index.ts')
  await chmod(file, 0o644)
  await appendFile(file, '// evil')
  expect(await update(app, { version: '1.1.0' })).toMatchObject({ status: 422, body: { code: 'VERSION_UNUSABLE' } })
  app = await restart(app, dataDir)
  expect(app.manager.getPlugin('counts')).toMatchObject({
    state: 'error',
    lastError: { code: 'VERSION_UNUSABLE', message: 'counts 1.1.0 is not what was installed: index.ts changed' },
  })
  expect(await ask(app, 'POST', `${API}/plugins/counts/rollback`, { body: { version: '1.0.0' } })).toMatchObject({
    body: { version: '1.0.0', state: 'active' },
  })
})

test('where packages have to be signed, others are refused; five versions are kept, those in use always', async () => {
  const strict = await startApp({ PLUGBOARD_SIGNATURES: 'signed' })
  const path = await writeVersion('1.0.0')
  expect(await ask(strict, 'POST', `${API}/versions`, { body: { path } })).toMatchObject({
    status: 422,
    body: { code: 'UNSIGNED' },
  })
  const app = await startApp()
  await install(app, '1.0.0')
  await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '1.0.0' } })
  for (let minor = 1; minor <= 7; minor += 1) await install(app, `1.${minor}.0`)
  expect((await versionsOf(app)).map(({ version }) => version)).toEqual(['1.7.0', '1.6.0', '1.5.0', '1.4.0', '1.0.0'])
  expect((await ask(app, 'DELETE', at('1.4.0'))).status).toBe(204)
  expect((await ask(app, 'DELETE', at('1.4.0'))).status).toBe(404)
  expect((await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '9.0.0' } })).body).toMatchObject({
    code: 'VERSION_UNUSABLE',
  })
})

test('a new version migrates the config: that is a revision of its own, also after a restart, and the way back is one as well', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const password = { type: 'string', writeOnly: true }
  const schema = (properties: object, required: string) => ({
    configSchema: { type: 'object', properties: { ...properties, password }, required: [required] },
  })
  await install(app, '1.0.0', schema({ host: { type: 'string' } }, 'host'))
  await install(app, '1.1.0', { ...schema({ url: { type: 'string' } }, 'url'), plugin: 'migrates' })
  const config = { host: 'example.org', password: 'swordfish-7' }
  await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '1.0.0', config } })
  expect(await update(app, { version: '1.1.0' })).toMatchObject({ status: 200, body: { version: '1.1.0' } })
  const shown = async () => (await ask(app, 'GET', `${API}/plugins/counts/config`)).body
  app = await restart(app, dataDir)
  expect(await shown()).toMatchObject({ revision: 2, config: { url: 'https://example.org' } })
  expect(app.manager.getPlugin('counts')).toMatchObject({ state: 'active', update: { phase: 'watching' } })
  expect(await app.manager.getPluginStatus('counts')).toMatchObject({ url: 'https://example.org' })
  // Taken back after the restart: the config of before comes from the ledger, with its secret.
  expect(await ask(app, 'POST', `${API}/plugins/counts/rollback`)).toMatchObject({
    status: 200,
    body: { version: '1.0.0', update: { phase: 'rolled-back' } },
  })
  app = await restart(app, dataDir)
  expect(await shown()).toMatchObject({ revision: 3, config: { host: 'example.org' } })
  expect(Object.values(app.manager.getStoredPlugin('counts').config.secrets)).toEqual(['swordfish-7'])
  const { body } = await ask(app, 'GET', `${API}/plugins/counts/config/revisions`)
  expect(body.map(({ actor }: { actor: string }) => actor)).toEqual(['plugboard', 'plugboard', 'PLUGBOARD_API_TOKEN'])
  await app.close()
})

test('several plugins are updated together, or none of them', async () => {
  const app = await startApp()
  for (const [id, version, dependencies] of [
    ['db', '1.0.0', {}],
    ['db', '2.0.0', {}],
    ['web', '1.0.0', { db: '^1.0.0' }],
    ['web', '2.0.0', { db: '^2.0.0' }],
  ] as const) {
    const path = await writePlugin(id, { version, dependencies })
    await ask(app, 'POST', `${API}/versions`, { body: { path } })
    if (version === '1.0.0') await ask(app, 'POST', `${API}/plugins`, { body: { id, version } })
  }
  const updates = [
    { id: 'web', version: '2.0.0' },
    { id: 'db', version: '2.0.0' },
  ]
  const together = (body: object) => ask(app, 'POST', `${API}/updates`, { body: { updates, ...body } })
  expect(await together({ dryRun: true })).toMatchObject({
    status: 200,
    body: [
      { id: 'db', gates: [{ code: 'major' }] },
      { id: 'web', gates: [{ code: 'major' }] },
    ],
  })
  expect(await together({})).toMatchObject({ status: 409, body: { code: 'UPDATE_REFUSED' } })
  expect(await together({ accept: ['major'] })).toMatchObject({
    status: 200,
    body: [
      { id: 'web', version: '2.0.0' },
      { id: 'db', version: '2.0.0' },
    ],
  })
  await app.close()
})

const rollback = (app: App, body: object = {}) => ask(app, 'POST', `${API}/plugins/counts/rollback`, { body })

test('a rollback leads to what ran before, and never forward: twice in a row it goes further back, then there is nothing', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0-rc.1', '1.4.0']) await install(app, version)
  await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '1.0.0' } })
  // 1.4.0 is newer, and never ran.
  expect(await rollback(app)).toMatchObject({ status: 404, body: { code: 'VERSION_NOT_FOUND' } })
  for (const version of ['1.1.0', '1.2.0']) {
    await update(app, { version })
    await ask(app, 'POST', `${API}/plugins/counts/update/settle`, { body: { verdict: 'good' } })
  }
  app = await restart(app, dataDir)
  expect(await rollback(app, { dryRun: true })).toMatchObject({ body: { from: '1.2.0', to: '1.1.0', gates: [] } })
  expect(await rollback(app)).toMatchObject({ body: { version: '1.1.0' } })
  await ask(app, 'POST', `${API}/plugins/counts/update/settle`, { body: { verdict: 'good' } })
  expect(await rollback(app)).toMatchObject({ body: { version: '1.0.0' } })
  await ask(app, 'POST', `${API}/plugins/counts/update/settle`, { body: { verdict: 'good' } })
  expect(await rollback(app)).toMatchObject({ status: 404 })
  await app.close()
})

test('a plugin that does not run, and one that is restarted into a version, go back one version at a time as well', async () => {
  const app = await startApp()
  for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) await install(app, version)
  await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '1.0.0' } })
  for (const version of ['1.1.0', '1.2.0', '1.3.0']) {
    await update(app, { version, strategy: 'restart' })
    await ask(app, 'POST', `${API}/plugins/counts/update/settle`, { body: { verdict: 'good' } })
  }
  await ask(app, 'POST', `${API}/plugins/counts/disable`)
  for (const version of ['1.2.0', '1.1.0', '1.0.0'])
    expect(await rollback(app)).toMatchObject({ status: 200, body: { version, state: 'loaded' } })
  expect(await rollback(app)).toMatchObject({ status: 404 })
  await app.close()
})

test('an older version that is tried and taken back stays the way back, also after a restart of the server in between', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  for (const version of ['1.0.0', '1.1.0']) await install(app, version)
  await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '1.0.0' } })
  await update(app, { version: '1.1.0' })
  await ask(app, 'POST', `${API}/plugins/counts/update/settle`, { body: { verdict: 'good' } })
  await update(app, { version: '1.0.0' })
  app = await restart(app, dataDir)
  expect(await rollback(app)).toMatchObject({ body: { version: '1.1.0' } })
  expect(await rollback(app, { dryRun: true })).toMatchObject({ body: { from: '1.1.0', to: '1.0.0' } })
  // There is nothing to update, and a plan says so too.
  expect(await update(app, { version: '1.1.0', dryRun: true })).toMatchObject({
    status: 422,
    body: { code: 'OPTION_INVALID' },
  })
  await app.close()
})

test('the way back stays installed while newer versions come; what had to go is said', async () => {
  const app = await startApp()
  for (const version of ['1.0.0', '1.1.0']) await install(app, version)
  await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '1.0.0' } })
  await update(app, { version: '1.1.0' })
  await ask(app, 'POST', `${API}/plugins/counts/update/settle`, { body: { verdict: 'good' } })
  const removed: string[] = []
  for (const version of ['1.2.0', '1.3.0', '1.4.0', '1.5.0', '1.6.0']) {
    const { body } = await ask(app, 'POST', `${API}/versions`, { body: { path: await writeVersion(version) } })
    removed.push(...body.removed)
  }
  expect(removed).toEqual(['1.2.0', '1.3.0'])
  expect((await versionsOf(app)).map(({ version }) => version)).toEqual(['1.6.0', '1.5.0', '1.4.0', '1.1.0', '1.0.0'])
  const { body } = await ask(app, 'GET', `${API}/timeline?id=counts&kind=version`)
  expect(JSON.stringify(body)).toContain('Removed for a newer one: 1.2.0.')
  expect(await rollback(app, { dryRun: true })).toMatchObject({ body: { to: '1.0.0' } })
  await app.close()
})

test('an update of a linked plugin is taken back as well, and its plan says how', async () => {
  const app = await startApp()
  await ask(app, 'POST', `${API}/plugins`, { body: { path: await writeVersion('1.0.0') } })
  await update(app, { path: await writeVersion('1.1.0') })
  expect(await rollback(app, { dryRun: true })).toMatchObject({
    status: 200,
    body: { from: '1.1.0', to: '1.0.0', gates: [], steps: [{ code: 'go-back' }] },
  })
  expect(await rollback(app)).toMatchObject({ status: 200, body: { version: '1.0.0' } })
  expect(await rollback(app)).toMatchObject({ status: 404 })
  await app.close()
})

test('a version that goes back by itself is an incident that says why, and banned; one that was damaged on disk is not, and is mended by its package', async () => {
  const app = await startApp()
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) await install(app, version)
  await ask(app, 'POST', `${API}/plugins`, { body: { id: 'counts', version: '1.0.0' } })
  const wentBack = () => expect.poll(() => app.manager.getPlugin('counts')!.update?.phase).toBe('rolled-back')
  await update(app, { version: '1.1.0' })
  await publish(app, 'crash')
  await wentBack()
  const { body } = await ask(app, 'GET', `${API}/incidents`)
  expect(body).toMatchObject([
    {
      pluginId: 'counts',
      error: { code: 'UPDATE_TAKEN_BACK', details: { metric: 'crash' } },
      closedAt: expect.any(Number),
    },
  ])
  await expect
    .poll(async () => (await versionsOf(app)).find(({ version }) => version === '1.1.0')?.banned)
    .not.toBeNull()

  await update(app, { version: '1.2.0' })
  const { path } = app.manager.getPlugin('counts')!
  await chmod(join(path, 'index.ts'), 0o644)
  await appendFile(join(path, 'index.ts'), ' ')
  await ask(app, 'POST', `${API}/plugins/counts/restart`)
  await wentBack()
  expect((await versionsOf(app)).find(({ version }) => version === '1.2.0')).toMatchObject({ banned: null })
  // The same package once more.
  expect(await ask(app, 'POST', `${API}/versions`, { body: { path: await writeVersion('1.2.0') } })).toMatchObject({
    status: 201,
    body: { isNew: true },
  })
  expect(await update(app, { version: '1.2.0' })).toMatchObject({ status: 200, body: { version: '1.2.0' } })
  await app.close()
})

test('of a plugin that is neither loaded nor installed there are no versions', async () => {
  const app = await startApp()
  expect(await ask(app, 'GET', `${API}/plugins/nobody/versions`)).toMatchObject({
    status: 404,
    body: { code: 'PLUGIN_NOT_FOUND' },
  })
  await app.close()
})
