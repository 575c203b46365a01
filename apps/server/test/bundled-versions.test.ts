import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { App } from '../src/app.ts'
import { bundledFolder } from '../src/settings/bundled.ts'
import { ask, startApp, tempFolder } from './support.ts'

const API = '/api/v1'
const ID = 'rolling-stats'

const start = (dataDir: string, env: Record<string, string> = {}): Promise<App> =>
  startApp({ PLUGBOARD_DATA_DIR: dataDir, PLUGBOARD_BUNDLED: ID, ...env })

/** An earlier version of the plugin that ships, in a folder of its own. */
async function writeEarlier(version: string): Promise<string> {
  const folder = join(await tempFolder(), ID)
  await cp(bundledFolder(ID), folder, { recursive: true })
  const file = join(folder, 'plugin.json')
  const metadata = JSON.parse(await readFile(file, 'utf8')) as object
  await writeFile(file, JSON.stringify({ ...metadata, version }))
  return folder
}

test('a plugin that ships is an installed version, also where an older release has loaded it from its folder', async () => {
  const dataDir = await tempFolder()
  let app = await start(dataDir, { PLUGBOARD_BUNDLED: 'none' })
  await ask(app, 'POST', `${API}/plugins`, { body: { path: bundledFolder(ID), config: { windowSeconds: 7 } } })
  expect(app.manager.getPlugin(ID)!.digest).toBeNull()
  await app.close()

  app = await start(dataDir)
  expect(app.manager.getPlugin(ID)).toMatchObject({ state: 'active', digest: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(app.manager.getPluginConfig(ID)).toMatchObject({ config: { windowSeconds: 7 }, revision: 1 })
  expect((await ask(app, 'GET', `${API}/plugins/${ID}/versions`)).body).toMatchObject([
    { version: '1.0.0', current: true, installedBy: 'plugboard', from: { kind: 'bundled' } },
  ])
  await app.close()
})

test('under the policy `signed` what ships needs no signature', async () => {
  const app = await start(await tempFolder(), { PLUGBOARD_SIGNATURES: 'signed' })
  expect(app.manager.getPlugin(ID)).toMatchObject({ state: 'active' })
  await app.close()
})

test('a new version that ships is offered; where the operator has said so it takes over at the start, unless a pin speaks against it', async () => {
  const dataDir = await tempFolder()
  let app = await start(dataDir, { PLUGBOARD_BUNDLED: 'none' })
  await ask(app, 'POST', `${API}/versions`, { body: { path: await writeEarlier('1.0.0-rc.1') } })
  await ask(app, 'POST', `${API}/plugins`, { body: { id: ID, version: '1.0.0-rc.1' } })
  await ask(app, 'PUT', `${API}/plugins/${ID}/pin`, { body: { version: '1.0.0-rc.1' } })
  await app.close()
  const versionWith = async (env: Record<string, string>): Promise<string> => {
    app = await start(dataDir, env)
    return app.manager.getPlugin(ID)!.metadata.version
  }

  expect(await versionWith({})).toBe('1.0.0-rc.1')
  expect((await ask(app, 'GET', `${API}/plugins/${ID}/versions`)).body).toMatchObject([
    { version: '1.0.0', current: false },
    { version: '1.0.0-rc.1', current: true, pinned: true },
  ])
  await app.close()
  expect(await versionWith({ PLUGBOARD_BUNDLED_UPDATES: 'auto' })).toBe('1.0.0-rc.1')
  await ask(app, 'PUT', `${API}/plugins/${ID}/pin`, { body: { version: null } })
  await app.close()
  expect(await versionWith({ PLUGBOARD_BUNDLED_UPDATES: 'auto' })).toBe('1.0.0')
  expect(app.manager.getPlugin(ID)).toMatchObject({ state: 'active', update: { phase: 'watching' } })
  await app.close()
})
