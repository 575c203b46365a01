import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { randomBytes } from 'node:crypto'
import { ask, startApp, tempFolder, writePlugin } from './support.ts'

const API = '/api/v1'
const SECRET = 'hunter2-hunter2'

test('a secret that a plugin publishes is delivered, and is in no answer, no dead letter that is shown, and not on disk', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const configSchema = { type: 'object', properties: { key: { type: 'string', writeOnly: true } } }
  const leaky = await writePlugin('leaky', { plugin: 'publishes-key', events: ['test.go'], configSchema })
  const failing = await writePlugin('failing', { plugin: 'fails-every-event', events: ['test.leak'] })
  await ask(app, 'POST', `${API}/plugins`, { body: { path: leaky, enabled: false } })
  await ask(app, 'PUT', `${API}/plugins/leaky/config`, { body: { config: { key: SECRET } } })
  await ask(app, 'POST', `${API}/plugins/leaky/enable`)
  await ask(app, 'POST', `${API}/plugins`, { body: { path: failing } })
  const body = { specversion: '1.0', id: '1', source: 'test', type: 'test.go' }
  await ask(app, 'POST', `${API}/events`, { body })
  const letters = async () => (await ask(app, 'GET', `${API}/plugins/failing/dead-letters`)).body
  await expect.poll(letters).toMatchObject([{ events: [{ data: { key: '[secret]' } }] }])
  expect(app.manager.getDeadLetters('failing')[0]!.events[0]!.data).toEqual({ key: SECRET })
  await app.close()
  expect(await readFile(join(dataDir, 'plugboard.db'), 'latin1')).not.toContain(SECRET)

  app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  expect(app.manager.getDeadLetters('failing')[0]!.events[0]!.data).toEqual({ key: SECRET })
  expect(await letters()).toMatchObject([{ events: [{ data: { key: '[secret]' } }] }])
})

test('a followed event is shown without its secrets, also when the plugin that knows them is gone', async () => {
  const app = await startApp()
  const configSchema = { type: 'object', properties: { key: { type: 'string', writeOnly: true } } }
  const leaky = await writePlugin('leaky', { plugin: 'publishes-key', events: ['test.go'], configSchema })
  await ask(app, 'POST', `${API}/plugins`, { body: { path: leaky, config: { key: SECRET } } })
  await ask(app, 'POST', `${API}/events`, {
    body: { specversion: '1.0', id: '1', source: 'test', type: 'test.go' },
  })
  const { traces } = app.manager.context
  await expect.poll(() => traces.list({ limit: 1, event: '1' })).toMatchObject([{ events: 2, open: 0 }])
  await ask(app, 'DELETE', `${API}/plugins/leaky`)
  const { body } = await ask(app, 'GET', `${API}/traces/${traces.list({ limit: 1, event: '1' })[0]!.id}`)
  expect(body.parts[1].event).toMatchObject({ subject: 'of [secret]', data: { key: '[secret]' } })
  expect(JSON.stringify(body)).not.toContain(SECRET)
})

test('what a later load calls a secret is hidden in the revisions of earlier loads', async () => {
  const dataDir = await tempFolder()
  const app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const metadata = (token: object) => ({ configSchema: { type: 'object', properties: { token } } })
  const path = await writePlugin('late', metadata({ type: 'string' }))
  await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  await ask(app, 'PUT', `${API}/plugins/late/config`, { body: { config: { token: SECRET } } })
  await ask(app, 'DELETE', `${API}/plugins/late`)
  const manifest = {
    id: 'late',
    version: '1.0.0',
    entryPoint: 'index.ts',
    ...metadata({ type: 'string', writeOnly: true }),
  }
  await writeFile(join(path, 'plugin.json'), JSON.stringify(manifest))
  expect(await ask(app, 'POST', `${API}/plugins`, { body: { path } })).toMatchObject({ status: 201 })
  const revisions = await ask(app, 'GET', `${API}/plugins/late/config/revisions`)
  expect(revisions.body).toHaveLength(3)
  expect(JSON.stringify(revisions.body)).not.toContain(SECRET)
})

test('with a lost key an encrypted dead letter is listed as locked; it is there again with the key', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const configSchema = { type: 'object', properties: { key: { type: 'string', writeOnly: true } } }
  const path = await writePlugin('failing', { plugin: 'fails-every-event', events: ['test.*'], configSchema })
  await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  await ask(app, 'PUT', `${API}/plugins/failing/config`, { body: { config: { key: SECRET } } })
  const fail = (data: string) =>
    ask(app, 'POST', `${API}/events`, { body: { specversion: '1.0', id: data, source: 's', type: 'test.x', data } })
  const letters = async () => (await ask(app, 'GET', `${API}/plugins/failing/dead-letters`)).body
  await fail(SECRET)
  await expect.poll(letters).toHaveLength(1)
  await app.close()
  const keyFile = join(dataDir, 'secret.key')
  const key = await readFile(keyFile)
  await rm(keyFile)
  await writeFile(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 })

  app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  expect(await letters()).toMatchObject([{ id: '1', events: [], error: { code: 'LOCKED' } }])
  await fail('another')
  await expect.poll(letters).toMatchObject([{ id: '2' }, { id: '1' }])
  await app.close()
  await writeFile(keyFile, key, { mode: 0o600 })
  app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  expect(app.manager.getDeadLetters('failing').map(({ events }) => events[0]?.data)).toEqual(['another', SECRET])
})

test('a viewer cannot try values beside the reference of a secret', async () => {
  const app = await startApp()
  const made = await ask(app, 'POST', `${API}/tokens`, { body: { name: 'viewer', role: 'viewer' } })
  const headers = { authorization: `Bearer ${made.body.token}` }
  await ask(app, 'POST', `${API}/plugins`, { body: { path: await writePlugin('one') } })
  const check = await ask(app, 'POST', `${API}/plugins/one/config/check`, { body: { config: {} }, headers })
  expect(check).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
})
