import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { App } from '../src/app.ts'
import { ask, startApp, tempFolder, writePlugin } from './support.ts'

const API = '/api/v1'

/** A server on this data folder, after the one before it has ended. */
async function restart(app: App, dataDir: string, env: Record<string, string> = {}): Promise<App> {
  await app.close()
  return await startApp({ PLUGBOARD_DATA_DIR: dataDir, ...env })
}

async function states(app: App): Promise<Record<string, string>> {
  const { body } = await ask(app, 'GET', `${API}/plugins`)
  return Object.fromEntries(body.map(({ id, state }: { id: string; state: string }) => [id, state]))
}

test('what was loaded, disabled, unloaded, granted and configured is so after a restart', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir, PLUGBOARD_BUNDLED: '' })
  const path = await writePlugin('mine', {
    plugin: 'configurable',
    configSchema: { type: 'object', properties: { n: { type: 'number', default: 1 } } },
  })
  await ask(app, 'POST', `${API}/plugins`, { body: { path, grant: ['NetworkAccess'] } })
  await ask(app, 'PUT', `${API}/plugins/mine/config`, { body: { config: { n: 5 } } })
  await ask(app, 'PUT', `${API}/plugins/mine/restart-policy`, { body: { policy: 'always' } })
  await ask(app, 'POST', `${API}/plugins/device-inventory/disable`)
  expect((await ask(app, 'DELETE', `${API}/plugins/chaos`)).status).toBe(204)
  expect((await ask(app, 'POST', `${API}/plugins/webhook-notifier/enable`)).status).toBe(422)
  const before = await states(app)

  app = await restart(app, dataDir)
  expect(await states(app)).toEqual(before)
  expect(before).toEqual({
    'rolling-stats': 'active',
    'threshold-alerts': 'active',
    'device-inventory': 'loaded',
    'webhook-notifier': 'error',
    mine: 'active',
  })
  expect((await ask(app, 'GET', `${API}/plugins/mine`)).body).toMatchObject({ restartPolicy: 'always' })
  expect((await ask(app, 'GET', `${API}/plugins/mine/permissions`)).body.granted).toContain('NetworkAccess')
  expect((await ask(app, 'GET', `${API}/plugins/mine/config`)).body).toMatchObject({ config: { n: 5 }, revision: 2 })
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
})

test('an operation that was refused leaves no trace', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const base = await writePlugin('base')
  const user = await writePlugin('user', { dependencies: { base: '^1.0.0' } })
  await ask(app, 'POST', `${API}/plugins`, { body: { path: base } })
  await ask(app, 'POST', `${API}/plugins`, { body: { path: user } })
  expect((await ask(app, 'POST', `${API}/plugins/base/disable`)).status).toBe(409)
  expect((await ask(app, 'DELETE', `${API}/plugins/base`)).status).toBe(409)
  const greedy = await writePlugin('greedy', { permissions: ['NetworkAccess'] })
  expect((await ask(app, 'POST', `${API}/plugins`, { body: { path: greedy } })).status).toBe(403)
  expect((await ask(app, 'POST', `${API}/plugins`, { body: { path: base } })).status).toBe(409)

  await ask(app, 'POST', `${API}/plugins/base/disable?cascade`)
  expect((await ask(app, 'POST', `${API}/plugins/user/enable`)).status).toBe(409)
  app = await restart(app, dataDir)
  expect(await states(app)).toMatchObject({ base: 'loaded', user: 'loaded' })
  expect(await states(app)).not.toHaveProperty('greedy')
})

test('a plugin that is gone or broken at boot is on the board in error, and the server runs', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const path = await writePlugin('away')
  const broken = await writePlugin('broken')
  for (const one of [path, broken]) await ask(app, 'POST', `${API}/plugins`, { body: { path: one } })
  await rename(path, `${path}-elsewhere`)
  await writeFile(join(broken, 'plugin.json'), '{')
  app = await restart(app, dataDir)
  expect((await ask(app, 'GET', '/readyz')).body).toMatchObject({ ready: true })
  // Polled: while a failed start is tried again, the state is another one for a moment.
  const view = async (id: string) => (await ask(app, 'GET', `${API}/plugins/${id}`)).body
  const inError = (code: string) => ({ state: 'error', enabled: true, lastError: { code } })
  await expect.poll(() => view('away')).toMatchObject(inError('PATH_NOT_FOUND'))
  await expect.poll(() => view('broken')).toMatchObject(inError('METADATA_INVALID'))
  await rename(`${path}-elsewhere`, path)
  expect((await ask(app, 'POST', `${API}/plugins/away/restart`)).body).toMatchObject({ state: 'active' })
})

test('safe mode starts no plugin and forgets nothing', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir, PLUGBOARD_BUNDLED: 'rolling-stats' })
  const before = await states(app)
  app = await restart(app, dataDir, { PLUGBOARD_SAFE: '1' })
  expect(new Set(Object.values(await states(app)))).toEqual(new Set(['loaded']))
  expect((await ask(app, 'POST', `${API}/plugins/rolling-stats/enable`)).body.state).toBe('active')
  app = await restart(app, dataDir)
  expect(await states(app)).toEqual(before)
})

test('dead letters wait for somebody, also across a restart; those that were dealt with stay gone', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const path = await writePlugin('fails', {
    events: ['custom.*'],
    plugin: 'fails-every-event',
  })
  await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  const letters = async (): Promise<{ id: string }[]> =>
    (await ask(app, 'GET', `${API}/plugins/fails/dead-letters`)).body
  for (const n of [1, 2]) {
    const event = { specversion: '1.0', id: `e${n}`, source: 'test', type: 'custom.one', data: { n } }
    await ask(app, 'POST', `${API}/events`, { body: event })
    await expect.poll(async () => (await letters()).length).toBe(n)
  }
  const [newest, oldest] = await letters()
  expect((await ask(app, 'DELETE', `${API}/plugins/fails/dead-letters/${oldest!.id}`)).status).toBe(204)
  app = await restart(app, dataDir)
  expect(await letters()).toEqual([newest])
  await ask(app, 'DELETE', `${API}/plugins/fails`)
  app = await restart(app, dataDir)
  await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  expect(await letters()).toEqual([])
})

test('a secret in a dead letter stays hidden when it is replaced, after a restart, and when its plugin is gone', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const secret = 'a-secret-that-was'
  const configSchema = { type: 'object', properties: { key: { type: 'string', writeOnly: true } } }
  const teller = await writePlugin('teller', { plugin: 'publishes-key', events: ['tell'], configSchema })
  await ask(app, 'POST', `${API}/plugins`, { body: { path: teller, config: { key: secret } } })
  const fails = await writePlugin('fails', { plugin: 'fails-every-event', events: ['test.leak'] })
  await ask(app, 'POST', `${API}/plugins`, { body: { path: fails } })
  await ask(app, 'POST', `${API}/events`, { body: { specversion: '1.0', id: 'e', source: 'test', type: 'tell' } })
  const list = `${API}/plugins/fails/dead-letters`
  const isHidden = async (): Promise<void> => {
    await expect.poll(async () => (await ask(app, 'GET', list)).body.length).toBe(1)
    const { body: letters } = await ask(app, 'GET', list)
    expect(letters[0].events[0]).toMatchObject({ subject: 'of [secret]', data: { key: '[secret]' } })
    const [{ id, events }] = letters
    expect((await ask(app, 'GET', `${list}/${id}/events/${events[0].id}`)).body.data).toEqual({ key: '[secret]' })
    for (const suffix of ['', '-wal']) {
      expect(await readFile(join(dataDir, `plugboard.db${suffix}`), 'latin1')).not.toContain(secret)
    }
  }
  await isHidden()
  await ask(app, 'PUT', `${API}/plugins/teller/config`, { body: { config: { key: 'another-secret' } } })
  app = await restart(app, dataDir)
  await isHidden()
  expect((await ask(app, 'POST', `${list}/replay`, { body: {} })).body).toMatchObject({ failed: 1 })
  await isHidden()
  await ask(app, 'DELETE', `${API}/plugins/teller`)
  await isHidden()
  // It is delivered as it was published.
  expect(app.manager.getDeadLetters('fails')[0]!.events[0]!.data).toEqual({ key: secret })
})

test('a dead letter that the key cannot open is told, and holds up no other', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const configSchema = { type: 'object', properties: { key: { type: 'string', writeOnly: true } } }
  const path = await writePlugin('fails', { plugin: 'fails-every-event', events: ['custom.*'], configSchema })
  await ask(app, 'POST', `${API}/plugins`, { body: { path, config: { key: 'a-secret' } } })
  const list = `${API}/plugins/fails/dead-letters`
  for (const [n, data] of ['a-secret', 'plain'].entries()) {
    const event = { specversion: '1.0', id: `e${n}`, source: 'test', type: 'custom.one', data }
    await ask(app, 'POST', `${API}/events`, { body: event })
    await expect.poll(async () => (await ask(app, 'GET', list)).body.length).toBe(n + 1)
  }
  app = await restart(app, dataDir, { PLUGBOARD_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') })
  const locked = (await ask(app, 'GET', list)).body.at(-1)
  expect(locked).toMatchObject({ events: [], error: { code: 'LOCKED' } })
  expect((await ask(app, 'POST', `${list}/${locked.id}/replay`)).body).toMatchObject({
    handled: 0,
    failed: 0,
    error: { code: 'LOCKED' },
  })
  expect((await ask(app, 'POST', `${list}/replay`, { body: {} })).body).toMatchObject({ failed: 1 })
})

const REFERENCE = { $secret: expect.any(String) as string }

test('each config is a revision: who, what changed, and back to any; secrets are encrypted and never come out', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const path = await writePlugin('keeper', {
    plugin: 'holds-key',
    configSchema: {
      type: 'object',
      properties: { key: { type: 'string', writeOnly: true }, n: { type: 'number', maximum: 9, default: 1 } },
    },
  })
  const config = `${API}/plugins/keeper/config`
  await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  const set = async (body: unknown, ifMatch?: string) =>
    await ask(app, 'PUT', config, { body: { config: body }, ...(ifMatch && { headers: { 'if-match': ifMatch } }) })
  const second = await set({ key: 'first-secret', n: 2 }, '"1"')
  expect(second).toMatchObject({ status: 200, body: { applied: true, revision: 2 } })
  expect(second.headers.get('etag')).toBe('"2"')
  await set({ key: 'other-secret', n: 3 })
  expect((await set({ n: 99 })).status).toBe(422)
  expect((await set({ key: { $secret: 'unknown' }, n: 3 })).status).toBe(422)
  expect(await set({ key: 'typed-secret', n: 4 }, '"2"')).toMatchObject({
    status: 412,
    body: {
      code: 'CONFIG_CONFLICT',
      details: {
        revision: 3,
        current: { config: { n: 3, key: REFERENCE }, revision: 3, actor: 'PLUGBOARD_API_TOKEN' },
      },
    },
  })
  const revisions = await ask(app, 'GET', `${config}/revisions`)
  expect(revisions.body).toMatchObject([
    {
      revision: 3,
      actor: 'PLUGBOARD_API_TOKEN',
      config: { n: 3, key: REFERENCE },
      changes: [
        { pointer: '/key', kind: 'changed', isSecret: true },
        { pointer: '/n', kind: 'changed', isSecret: false },
      ],
    },
    { revision: 2 },
    { revision: 1, config: { n: 1 } },
  ])
  expect(await ask(app, 'POST', `${config}/revert`, { body: { to: 2 } })).toMatchObject({
    status: 200,
    body: { applied: true, revision: 4 },
  })
  expect((await ask(app, 'POST', `${config}/revert`, { body: { to: 77 } })).status).toBe(404)

  app = await restart(app, dataDir)
  expect((await ask(app, 'GET', config)).body).toMatchObject({ config: { n: 2, key: REFERENCE }, revision: 4 })
  // The plugin has the secret of the revision that it went back to.
  expect(await app.manager.getPluginStatus('keeper')).toEqual({ length: 'first-secret'.length })
  const [last] = (await ask(app, 'GET', `${config}/revisions`)).body
  expect(last).toMatchObject({ revision: 4, revertedTo: 2 })
  // It was set with the second revision, and not when it came back.
  const { secretsSetAt } = (await ask(app, 'GET', config)).body as { secretsSetAt: object }
  expect(Object.values(secretsSetAt)).toEqual([(revisions.body as { at: number }[])[1]!.at])
  const everything = JSON.stringify([revisions.body, await readFile(join(dataDir, 'plugboard.db'), 'latin1')])
  expect(everything).not.toMatch(/first-secret|other-secret|typed-secret/)
})

test('with another key the server starts, says which secrets are lost, and takes new ones; the old key brings them back', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const path = await writePlugin('keeper', {
    plugin: 'holds-key',
    configSchema: { type: 'object', properties: { key: { type: 'string', writeOnly: true } } },
  })
  await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  await ask(app, 'PUT', `${API}/plugins/keeper/config`, { body: { config: { key: 'a-secret' } } })
  expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600)
  const key = Buffer.alloc(32, 7).toString('base64')
  app = await restart(app, dataDir, { PLUGBOARD_SECRET_KEY: key })
  expect((await ask(app, 'GET', `${API}/plugins/keeper/config`)).body).toMatchObject({ config: {} })
  const { body } = await ask(app, 'GET', `${API}/timeline?id=keeper&kind=config`)
  expect(body[0]).toMatchObject({ code: 'secrets-lost', severity: 'bad', detail: { lost: ['/key'] } })
  const reasons = () => app.manager.getPluginHealth('keeper')!.reasons.map(({ code }) => code)
  expect(reasons()).toEqual(['secrets-lost'])
  app = await restart(app, dataDir)
  expect(await app.manager.getPluginStatus('keeper')).toEqual({ length: 8 })
  app = await restart(app, dataDir, { PLUGBOARD_SECRET_KEY: key })
  await ask(app, 'PUT', `${API}/plugins/keeper/config`, { body: { config: { key: 'a-new-one' } } })
  expect(reasons()).toEqual([])
  app = await restart(app, dataDir, { PLUGBOARD_SECRET_KEY: key })
  expect(await app.manager.getPluginStatus('keeper')).toEqual({ length: 9 })
})

test('what an older version stored in clear, or without references, is encrypted and keeps its place', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const secret = { type: 'string', writeOnly: true }
  const path = await writePlugin('keeper', {
    plugin: 'holds-key',
    configSchema: {
      type: 'object',
      properties: { key: secret },
      dependentSchemas: { user: { properties: { pin: secret } } },
    },
  })
  await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  await app.close()
  // As a version without references left it: the positions that it did not find are in clear.
  const db = new DatabaseSync(join(dataDir, 'plugboard.db'))
  const config = { key: 'clear-secret-1', user: 'ada', pin: 'clear-secret-2' }
  db.prepare('update config_revisions set config = ?, sealed = null, has_references = 0').run(JSON.stringify(config))
  db.close()
  app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  expect((await ask(app, 'GET', `${API}/plugins/keeper/config`)).body.config).toEqual({
    key: REFERENCE,
    user: 'ada',
    pin: REFERENCE,
  })
  expect(await app.manager.getPluginStatus('keeper')).toEqual({ length: 'clear-secret-1'.length })
  const revisions = await ask(app, 'GET', `${API}/plugins/keeper/config/revisions`)
  expect(JSON.stringify(revisions.body)).not.toContain('clear-secret')
  const onDisk = async (suffix: string) => await readFile(join(dataDir, `plugboard.db${suffix}`), 'latin1')
  expect(await onDisk('')).not.toContain('clear-secret')
  expect(await onDisk('-wal')).not.toContain('clear-secret')
  await app.close()
  expect(await readFile(join(dataDir, 'plugboard.db'), 'latin1')).not.toContain('clear-secret')
  app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  expect(await app.manager.getPluginStatus('keeper')).toEqual({ length: 'clear-secret-1'.length })
})

test('what is taken for a secret only now is encrypted in all revisions that an older version has stored', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const configSchema = { type: 'object', properties: { pass: { type: 'string', format: 'password' } } }
  const path = await writePlugin('keeper', { configSchema })
  await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  await ask(app, 'PUT', `${API}/plugins/keeper/config`, { body: { config: {} } })
  await app.close()
  const db = new DatabaseSync(join(dataDir, 'plugboard.db'))
  db.prepare('update config_revisions set config = ?').run(JSON.stringify({ pass: 'clear-secret' }))
  db.prepare("update plugins set setup = json_remove(setup, '$.secretRules')").run()
  db.close()
  app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const revisions = await ask(app, 'GET', `${API}/plugins/keeper/config/revisions`)
  expect(revisions.body).toMatchObject([{ config: { pass: REFERENCE } }, { config: { pass: REFERENCE } }])
  await app.close()
  for (const suffix of ['', '-wal']) {
    const stored = await readFile(join(dataDir, `plugboard.db${suffix}`), 'latin1').catch(() => '')
    expect(stored).not.toContain('clear-secret')
  }
})

test('the audit says who changed what and who was refused, and that it is whole', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir, PLUGBOARD_BUNDLED: 'chaos' })
  await ask(app, 'POST', `${API}/plugins/chaos/enable`)
  await ask(app, 'POST', `${API}/plugins/nobody/disable`)
  await ask(app, 'GET', `${API}/plugins`)
  app = await restart(app, dataDir)
  const { body } = await ask(app, 'GET', `${API}/audit`)
  expect(body).toMatchObject([
    {
      operation: 'plugins.disable',
      target: 'nobody',
      result: 'PLUGIN_NOT_FOUND',
      via: 'rest',
      actor: 'PLUGBOARD_API_TOKEN',
    },
    { operation: 'plugins.enable', target: 'chaos', result: 'ok', role: 'admin' },
  ])
  expect((await ask(app, 'GET', `${API}/audit?target=chaos&limit=1`)).body).toHaveLength(1)
  expect((await ask(app, 'GET', `${API}/audit/verification`)).body).toMatchObject({ rows: 2, brokenAt: null })
})
