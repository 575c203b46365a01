import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
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
