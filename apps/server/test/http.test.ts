import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { operations } from '@plugboard/protocol/operations'
import { ask, closeSharedApp, sharedApp, startApp, TOKEN, writePlugin } from './support.ts'

afterAll(closeSharedApp)

const API = '/api/v1'

test('a write with an Idempotency-Key happens once, also across a restart', async () => {
  const app = await startApp()
  const headers = { 'idempotency-key': 'load-1' }
  const path = await writePlugin('once')
  const first = await ask(app, 'POST', `${API}/plugins`, { body: { path }, headers })
  expect(first.status).toBe(201)
  const again = await ask(app, 'POST', `${API}/plugins`, { body: { path }, headers })
  expect([again.status, again.body]).toEqual([201, first.body])
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

test('CloudEvents come in in every mode of the HTTP binding', async () => {
  const app = await sharedApp()
  const seen: unknown[] = []
  const stop = app.manager.context.eventBus.subscribe('**', (event) => event.source === '/test' && seen.push(event))
  onTestFinished(stop)
  const post = async (type: string, body: unknown, headers: Record<string, string> = {}): Promise<number> =>
    (
      await ask(app, 'POST', `${API}/events`, {
        body: JSON.stringify(body),
        headers: { 'content-type': type, ...headers },
      })
    ).status
  const event = { specversion: '1.0', id: '1', source: '/test', type: 'com.example.done', data: { n: 1 } }
  expect(await post('application/json', event)).toBe(202)
  expect(await post('application/cloudevents+json; charset=utf-8', event)).toBe(202)
  expect(await post('application/cloudevents-batch+json', [event, event])).toBe(202)
  const binary = { 'ce-specversion': '1.0', 'ce-id': '9', 'ce-source': '/test', 'ce-type': 'com.example.%C3%A9' }
  expect(await post('application/json', { n: 2 }, binary)).toBe(202)
  expect(seen).toHaveLength(5)
  expect(seen.at(-1)).toMatchObject({ eventType: 'com.example.é', data: { n: 2 } })

  expect(await post('application/cloudevents+json', [event])).toBe(422)
  expect(await post('application/cloudevents-batch+json', event)).toBe(422)
  expect(await post('application/json', {}, { ...binary, 'ce-type': '%' })).toBe(422)
  expect(await post('application/json', {}, { ...binary, 'ce-specversion': '0.3' })).toBe(422)
  expect(await post('text/plain', 'x', binary)).toBe(415)
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
})

test('who asks too often waits, and nobody else does', async () => {
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
