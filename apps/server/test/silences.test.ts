import { expect, test } from 'vitest'
import { API } from './accounts-support.ts'
import { ask, startApp, tempFolder, writePlugin } from './support.ts'

test('a silence keeps failures of its plugin from being told, survives a restart, and ends by itself or by hand', async () => {
  const dataDir = await tempFolder()
  const fails = await writePlugin('fails', { plugin: 'fails-every-event', events: ['custom.*'] })
  const first = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  await ask(first, 'POST', `${API}/plugins`, { body: { path: fails, restartPolicy: 'never' } })
  const told: string[] = []
  first.manager.context.eventBus.subscribe('plugin.*', ({ type }) => void told.push(type))
  const silence = `${API}/plugins/fails/silence`
  expect((await ask(first, 'PUT', silence, { body: { minutes: 0 } })).status).toBe(422)
  expect((await ask(first, 'PUT', `${API}/plugins/none/silence`, { body: { minutes: 5 } })).status).toBe(404)
  const begun = Date.now()
  const { body } = await ask(first, 'PUT', silence, { body: { minutes: 5, note: ' vendor ticket 4711 ' } })
  expect(body).toMatchObject({ id: 'fails', note: 'vendor ticket 4711', heldBack: 0 })
  expect(body.until).toBeGreaterThanOrEqual(begun + 300_000)
  for (let n = 0; n < 11; n += 1) await first.manager.broadcastEvent({ type: 'custom.x', data: n })
  await expect.poll(() => first.manager.getPlugin('fails')!.state).toBe('error')
  expect((await ask(first, 'GET', `${API}/silences`)).body).toMatchObject([{ id: 'fails', heldBack: 1 }])
  expect((await ask(first, 'GET', '/metrics')).body).toContain('plugboard_plugin_silenced{plugin="fails"} 1')
  expect(told).toEqual([])
  await first.close()

  const second = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  expect((await ask(second, 'GET', `${API}/silences`)).body).toMatchObject([{ id: 'fails', until: body.until }])
  expect((await ask(second, 'DELETE', silence)).status).toBe(204)
  expect((await ask(second, 'DELETE', silence)).status).toBe(404)
  const entries = (await ask(second, 'GET', `${API}/timeline?id=fails`)).body as { code: string; title: string }[]
  expect(entries.find(({ code }) => code === 'plugins.silence.noted')?.title).toContain('5 min (vendor ticket 4711)')
})
