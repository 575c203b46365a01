import { request } from 'node:http'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { operations } from '@plugboard/protocol/operations'
import type { App } from '../src/app.ts'
import { ask, closeSharedApp, sharedApp, startApp, tempFolder, TOKEN, writePlugin } from './support.ts'

afterAll(closeSharedApp)

const API = '/api/v1'

test('a write with an Idempotency-Key happens once, also across a restart', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const headers = { 'idempotency-key': 'load-1' }
  const path = await writePlugin('once')
  const first = await ask(app, 'POST', `${API}/plugins`, { body: { path }, headers })
  expect(first.status).toBe(201)
  const again = await ask(app, 'POST', `${API}/plugins`, { body: { path }, headers })
  expect([again.status, again.body]).toEqual([201, first.body])
  await app.close()
  app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const afterRestart = await ask(app, 'POST', `${API}/plugins`, { body: { path }, headers })
  expect([afterRestart.status, afterRestart.body]).toEqual([201, first.body])
  expect((await ask(app, 'POST', `${API}/plugins`, { body: { path } })).status).toBe(409)
  expect((await ask(app, 'POST', `${API}/plugins`, { body: { path: '/other' }, headers })).body.code).toBe(
    'IDEMPOTENCY_MISMATCH',
  )
  expect((await ask(app, 'DELETE', `${API}/plugins/once`, { headers: { 'idempotency-key': 'a b' } })).status).toBe(422)

  const both = await Promise.all(
    [1, 2].map(() => ask(app, 'POST', `${API}/plugins/once/restart`, { headers: { 'idempotency-key': 'restart-1' } })),
  )
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  expect((await ask(app, 'GET', `${API}/plugins/once`)).body.stats.lifetime.restarts).toBe(1)
  // A secret that is shown once is not kept for who asks again.
  const token1 = { body: { name: 'once', role: 'viewer' }, headers: { 'idempotency-key': 'token-1' } }
  expect((await ask(app, 'POST', `${API}/tokens`, token1)).body.token).toMatch(/^pbt_/)
  expect(await ask(app, 'POST', `${API}/tokens`, token1)).toMatchObject({
    status: 409,
    body: { code: 'IDEMPOTENCY_PENDING' },
  })
  // Another who uses the same key is not told what the first one got.
  const { token } = (await ask(app, 'POST', `${API}/tokens`, { body: { name: 'other', role: 'admin' } })).body
  const other = { authorization: `Bearer ${token}`, ...headers }
  expect((await ask(app, 'POST', `${API}/plugins`, { body: { path }, headers: other })).status).toBe(409)
})

test('OpenAPI describes every operation, and its page is readable under its policy', async () => {
  const app = await sharedApp()
  const document = (await ask(app, 'GET', '/api/openapi.json', { headers: { authorization: '' } })).body
  expect(document.openapi).toBe('3.1.0')
  const described = Object.values(document.paths as Record<string, Record<string, { operationId: string }>>)
    .flatMap((methods) => Object.values(methods))
    .map(({ operationId }) => operationId)
  expect(described.sort()).toEqual(Object.keys(operations).sort())
  expect(document.paths['/api/v1/plugins/{id}/config'].put).toMatchObject({
    operationId: 'config.set',
    parameters: expect.arrayContaining([
      expect.objectContaining({ name: 'id', in: 'path', required: true }),
      expect.objectContaining({ name: 'If-Match', in: 'header' }),
    ]),
    requestBody: { required: true },
    responses: { 200: { description: 'OK' }, default: { $ref: '#/components/responses/Problem' } },
  })
  const page = await ask(app, 'GET', '/api/docs')
  expect(page.headers.get('content-security-policy')).toMatch(/style-src 'self' 'sha256-/)
  expect(page.body).toContain('POST</span> <code>/api/v1/plugins/{id}/restart</code>')
})

test('Prometheus reads the figures, with a token', async () => {
  const app = await startApp({ PLUGBOARD_BUNDLED: 'rolling-stats' })
  expect((await ask(app, 'GET', '/metrics', { headers: { authorization: '' } })).status).toBe(401)
  const { status, body, headers } = await ask(app, 'GET', '/metrics')
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  expect(body).toContain('plugboard_plugin_healthy{plugin="rolling-stats"} 1')
  expect(body).toContain('plugboard_plugin_state{plugin="rolling-stats",state="active"} 1')
  expect(body).toMatch(/^plugboard_plugin_events_total\{plugin="rolling-stats"\} \d+$/m)
  expect(body).toMatch(/^plugboard_store_writable 1$/m)
  expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds /m)
  // A plugin that is off by choice sets off no alert.
  await ask(app, 'POST', `${API}/plugins/rolling-stats/disable`)
  const after = await ask(app, 'GET', '/metrics')
  expect(after.body).toContain('plugboard_plugin_state{plugin="rolling-stats",state="loaded"} 1')
  expect(after.body).not.toContain('plugboard_plugin_healthy{')
})

test('a caller above its request limit is refused, and other callers are not', async () => {
  const app = await sharedApp()
  const { token } = (await ask(app, 'POST', `${API}/tokens`, { body: { name: 'eager', role: 'viewer' } })).body
  // The second does not end, however slow this machine is.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now())
  onTestFinished(() => clock.mockRestore())
  const answers = await Promise.all(
    Array.from({ length: 300 }, () =>
      ask(app, 'GET', `${API}/session`, { headers: { authorization: `Bearer ${token}` } }),
    ),
  )
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(100)
  expect(refused[0]!.headers.get('retry-after')).toBe('1')
  expect((await ask(app, 'GET', `${API}/session`)).status).toBe(200)
  expect(TOKEN).not.toBe(token)
})

/** A request with headers that fetch does not let one set. */
function raw(
  app: App,
  headers: Record<string, string>,
  method = 'POST',
  path = `${API}/event-bus/reset`,
): Promise<number> {
  const { port } = new URL(app.url)
  return new Promise((resolve, reject) => {
    request(
      { port, host: '127.0.0.1', method, path, headers: { authorization: `Bearer ${TOKEN}`, ...headers } },
      (response) => {
        response.resume()
        resolve(response.statusCode!)
      },
    )
      .on('error', reject)
      .end()
  })
}

test('a foreign host or origin is refused, on the API and on pages', async () => {
  const app = await startApp({ PLUGBOARD_ORIGINS: 'http://listed.example' })
  const host = new URL(app.url).host
  expect(await raw(app, { host, origin: `http://${host}` })).toBe(204)
  expect(await raw(app, { host, origin: 'http://listed.example' })).toBe(204)
  expect(await raw(app, { host })).toBe(204)
  expect(await raw(app, { host, origin: 'http://evil.example' })).toBe(403)
  expect(await raw(app, { host, origin: 'null' })).toBe(403)
  expect(await raw(app, { host, cookie: 'a=b' })).toBe(204)
  expect(await raw(app, { host, cookie: 'a=b', authorization: '' })).toBe(401)
  expect(await raw(app, { host: 'evil.example' })).toBe(403)
  expect(await raw(app, { host: 'evil.example' }, 'GET', '/')).toBe(403)
  expect(await raw(app, { host: '127.0.0.1.evil.example' }, 'GET', '/docs')).toBe(403)
})

test('REST demands to know who asks, before all else', async () => {
  const app = await sharedApp()
  const host = new URL(app.url).host
  const answer = await ask(app, 'GET', `${API}/plugins`, { headers: { authorization: '' } })
  expect([answer.status, answer.body.code, answer.headers.get('www-authenticate')]).toEqual([
    401,
    'UNAUTHENTICATED',
    'Bearer realm="plugboard"',
  ])
  expect(await raw(app, { host: 'evil.example', authorization: '' })).toBe(401)
  expect(await raw(app, { host, authorization: 'Bearer wrong' })).toBe(401)
  expect(await raw(app, { host, authorization: `Bearer ${TOKEN}` })).toBe(204)
})

test('a body must be JSON and say so', async () => {
  const app = await sharedApp()
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    expect(await ask(app, 'POST', `${API}/events`, { body: '{}', headers: { 'content-type': type } })).toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
    })
  }
})
