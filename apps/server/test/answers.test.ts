import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ask, startApp, tempFolder, writePlugin } from './support.ts'

const API = '/api/v1'
const MAX_BYTES = 1_048_576

test('no answer about configs is larger than 1 MB, and all of them can be read page by page', async () => {
  const app = await startApp()
  const schema = { type: 'object', properties: { choice: { enum: Array.from({ length: 4_000 }, (_, n) => `v${n}`) } } }
  const path = await writePlugin('large', { configSchema: { ...schema, additionalProperties: schema } })
  expect(await ask(app, 'POST', `${API}/plugins`, { body: { path } })).toMatchObject({ status: 201 })
  for (let n = 1; n <= 8; n += 1) {
    const config = { large: { text: `${n}`.repeat(200_000) } }
    expect(await ask(app, 'PUT', `${API}/plugins/large/config`, { body: { config } })).toMatchObject({ status: 200 })
  }
  const found: number[] = []
  for (let query = ''; ; query = `?before=${found.at(-1)}`) {
    const { body } = await ask(app, 'GET', `${API}/plugins/large/config/revisions${query}`)
    expect(JSON.stringify(body).length).toBeLessThan(MAX_BYTES)
    const revisions = (body as { revision: number }[]).map(({ revision }) => revision)
    if (revisions.length === 0) break
    found.push(...revisions)
  }
  expect(found).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])

  const wrong = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`k${n}`, { choice: 'none of them' }]))
  const refusal = await ask(app, 'PUT', `${API}/plugins/large/config`, { body: { config: wrong } })
  expect(refusal).toMatchObject({ status: 422, body: { code: 'CONFIG_INVALID' } })
  expect(JSON.stringify(refusal.body).length).toBeLessThan(MAX_BYTES / 4)

  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`k${n}`, {}]))
  await ask(app, 'PUT', `${API}/plugins/large/config`, { body: { config: many } })
  const timeline = await ask(app, 'GET', `${API}/timeline?id=large&kind=config&limit=1`)
  expect(timeline.body).toMatchObject([{ detail: { changes: [{ pointer: '', kind: 'changed' }] } }])
})

test('a backup that cannot be made says why, and is no fault of the server', async () => {
  const dataDir = await tempFolder()
  const app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  await writeFile(join(dataDir, 'backups'), 'a file')
  expect(await ask(app, 'POST', `${API}/backups`)).toMatchObject({
    status: 503,
    body: { code: 'STORE_UNAVAILABLE', message: expect.stringContaining('something else lies there') },
  })
})
