import { afterAll, expect, test } from 'vitest'
import { operations } from '@plugboard/protocol/operations'
import { ask, closeSharedApp, sharedApp, startApp, writePlugin } from './support.ts'

afterAll(closeSharedApp)

const API = '/api/v1'

test('the bundled plugins are loaded and this machine’s events reach them', async () => {
  const app = await startApp({ PLUGBOARD_BUNDLED: '' })
  const { status, body } = await ask(app, 'GET', `${API}/plugins`)
  expect(status).toBe(200)
  const states = Object.fromEntries(body.map(({ id, state }: { id: string; state: string }) => [id, state]))
  expect(states).toEqual({
    'rolling-stats': 'active',
    'threshold-alerts': 'active',
    'device-inventory': 'active',
    'webhook-notifier': 'loaded',
    chaos: 'loaded',
  })
  await expect
    .poll(async () => (await ask(app, 'GET', `${API}/event-bus/stats`)).body.eventsByType)
    .toMatchObject({
      'vm.started': 1,
      'performance.update': expect.any(Number),
      'device.added': expect.any(Number),
    })
  await expect.poll(async () => (await ask(app, 'GET', `${API}/stats`)).body.totalEventsProcessed).toBeGreaterThan(5)
  expect((await ask(app, 'GET', '/healthz')).body).toEqual({ status: 'ok' })
  expect((await ask(app, 'GET', '/readyz')).body).toEqual({ ready: true, store: null })
})

test('a plugin’s life over REST', async () => {
  const app = await startApp()
  const path = await writePlugin('one', {
    plugin: 'configurable',
    configSchema: { type: 'object', properties: { n: { type: 'number', default: 1 } } },
  })
  expect(await ask(app, 'POST', `${API}/plugins`, { body: { path } })).toMatchObject({
    status: 201,
    body: { id: 'one', state: 'active', health: { isHealthy: true } },
  })
  expect(await ask(app, 'POST', `${API}/plugins/one/disable`)).toMatchObject({
    status: 200,
    body: { state: 'loaded', enabled: false, activeSince: null },
  })
  expect(await ask(app, 'POST', `${API}/plugins/one/enable`)).toMatchObject({ status: 200, body: { state: 'active' } })
  expect(await ask(app, 'POST', `${API}/plugins/one/restart`)).toMatchObject({
    status: 200,
    body: { state: 'active', stats: { lifetime: { restarts: 2 } } },
  })
  expect(await ask(app, 'GET', `${API}/plugins/one/health`)).toMatchObject({
    status: 200,
    body: { pluginId: 'one', isHealthy: true },
  })

  expect(
    await ask(app, 'PUT', `${API}/plugins/one/config`, { body: { config: { n: 5 } }, headers: { 'if-match': '"1"' } }),
  ).toMatchObject({ status: 200, body: { applied: true, revision: 2 } })
  expect(
    await ask(app, 'PUT', `${API}/plugins/one/config`, { body: { config: { n: 6 } }, headers: { 'if-match': '1' } }),
  ).toMatchObject({ status: 412, body: { code: 'CONFIG_CONFLICT', details: { revision: 2 } } })
  expect(await ask(app, 'PUT', `${API}/plugins/one/config`, { body: { config: { n: 'x' } } })).toMatchObject({
    status: 422,
    body: { code: 'CONFIG_INVALID', details: [{ pointer: '/n', rule: 'type' }] },
  })
  expect((await ask(app, 'GET', `${API}/plugins/one/config`)).body).toMatchObject({
    config: { n: 5 },
    revision: 2,
    pendingRestart: false,
  })
  expect(
    (await ask(app, 'POST', `${API}/plugins/one/config/check`, { body: { config: { n: 'x' } } })).body.violations,
  ).toHaveLength(1)

  expect(await ask(app, 'GET', `${API}/plugins/one/permissions`)).toMatchObject({
    status: 200,
    body: { requested: [], missing: [] },
  })
  const grant = (granted: string[], expected?: string[]) =>
    ask(app, 'PUT', `${API}/plugins/one/permissions`, { body: { granted, ...(expected && { expected }) } })
  expect(await grant(['NetworkAccess'], ['ReadVmState'])).toMatchObject({
    status: 200,
    body: { granted: ['ReadVmState', 'NetworkAccess'] },
  })
  // Somebody has looked before that, and would write over it.
  expect(await grant(['ExecuteSyscall'], [])).toMatchObject({
    status: 412,
    body: { code: 'GRANTS_CONFLICT', details: { granted: ['NetworkAccess'] } },
  })
  const [first, second] = await Promise.all([
    grant([], ['NetworkAccess']),
    grant(['ExecuteSyscall'], ['NetworkAccess']),
  ])
  expect([first.status, second.status]).toEqual([200, 412])
  expect(await grant(['WriteVmState'])).toMatchObject({ status: 200 })
  expect(await ask(app, 'GET', `${API}/server`)).toMatchObject({
    status: 200,
    body: { version: '0.1.0', dataDir: expect.any(String), databaseBytes: expect.any(Number) },
  })
  expect(await ask(app, 'GET', `${API}/stats/breakdown?by=plugin&metric=memoryBytes`)).toMatchObject({ status: 200 })
  expect(await ask(app, 'POST', `${API}/states`, { body: { ids: ['one'], from: 0 } })).toMatchObject({
    status: 200,
    body: { one: expect.arrayContaining([expect.objectContaining({ state: 'active', error: null })]) },
  })
  expect(await ask(app, 'GET', `${API}/plugins/one/history?metric=eventsPerSecond&points=10`)).toMatchObject({
    status: 200,
    body: { metric: 'eventsPerSecond' },
  })
  expect(await ask(app, 'DELETE', `${API}/plugins/one?dryRun`)).toMatchObject({
    status: 200,
    body: { steps: [{ id: 'one', action: 'unload' }] },
  })
  expect(await ask(app, 'DELETE', `${API}/plugins/one`)).toMatchObject({ status: 204, body: '' })
  expect((await ask(app, 'GET', `${API}/plugins/one`)).status).toBe(404)
})

test('OPTIONS says what an address takes', async () => {
  const app = await sharedApp()
  const allowed = async (path: string) => (await ask(app, 'OPTIONS', API + path)).headers.get('allow')
  expect(await allowed('/plugins')).toBe('GET, POST, HEAD, OPTIONS')
  expect(await allowed('/plugins/chaos/config')).toBe('GET, PUT, HEAD, OPTIONS')
  expect((await ask(app, 'OPTIONS', `${API}/nothing`)).status).toBe(404)
})

test('every refusal is a problem with its code, and nothing is half done', async () => {
  const app = await sharedApp()
  const before = (await ask(app, 'GET', `${API}/plugins`)).body.length
  const greedy = await writePlugin('greedy', { permissions: ['NetworkAccess'] })
  const broken = await writePlugin('broken', { version: 'x' })
  const refusals: [string, string, unknown, number, string][] = [
    ['POST', '/plugins', { path: '/nowhere' }, 422, 'PATH_NOT_FOUND'],
    ['POST', '/plugins', { path: broken }, 422, 'METADATA_INVALID'],
    ['POST', '/plugins', { path: greedy }, 403, 'PERMISSION_DENIED'],
    ['POST', '/plugins', {}, 422, 'INPUT_INVALID'],
    ['POST', '/plugins', { path: 'x', extra: 1 }, 422, 'INPUT_INVALID'],
    ['POST', '/plugins', '[1]', 422, 'INPUT_INVALID'],
    ['POST', '/plugins', '{ "path": ', 400, 'MALFORMED'],
    ['POST', '/plugins/none/enable', undefined, 404, 'PLUGIN_NOT_FOUND'],
    ['GET', '/plugins/none/config', undefined, 404, 'PLUGIN_NOT_FOUND'],
    ['GET', '/plugins/chaos/history?metric=nothing', undefined, 422, 'INPUT_INVALID'],
    ['GET', '/no-such-thing', undefined, 404, 'NOT_FOUND'],
    ['PUT', '/plugins', {}, 405, 'METHOD_NOT_ALLOWED'],
    ['POST', '/tokens', { name: 'ci', role: 'viewer', expiresAt: 4_070_908_800_000_000_000 }, 422, 'INPUT_INVALID'],
    ['POST', '/tokens', { name: 'a\u202Eb', role: 'viewer' }, 422, 'INPUT_INVALID'],
    ['POST', '/plugins/chaos/config', {}, 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/plugins/%', undefined, 400, 'MALFORMED'],
    ['PUT', '/plugins/chaos/config', `{"config":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_001)}`, 422, 'INPUT_INVALID'],
    ['POST', '/events', { specversion: '1.0' }, 422, 'INPUT_INVALID'],
    ['POST', '/events', [], 422, 'INPUT_INVALID'],
    ['POST', '/events', { specversion: '1.0', id: '1', source: 's', type: 'a.*', data: {} }, 422, 'EVENT_INVALID'],
    [
      'POST',
      '/events',
      [
        { specversion: '1.0', id: '1', source: 's', type: 'ok' },
        { specversion: '1.0', id: '2', source: 's', type: 'vm.started', data: {} },
      ],
      422,
      'EVENT_INVALID',
    ],
    [
      'POST',
      '/events',
      { specversion: '1.0', id: '1', source: 's', type: 'big', data: 'x'.repeat(400_000) },
      413,
      'TOO_LARGE',
    ],
    ['POST', '/events', `"${'x'.repeat(1_100_000)}"`, 413, 'TOO_LARGE'],
  ]
  for (const [method, path, body, status, code] of refusals) {
    const answer = await ask(app, method, API + path, { body })
    expect([path, answer.status, answer.body.code]).toEqual([path, status, code])
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.body).toMatchObject({ type: 'about:blank', status, detail: expect.any(String) })
    expect(JSON.stringify(answer.body)).not.toContain('node_modules')
  }
  expect((await ask(app, 'POST', `${API}/plugins`, { body: { path: greedy } })).body.details).toEqual({
    missing: ['NetworkAccess'],
  })
  expect((await ask(app, 'GET', `${API}/plugins`)).body).toHaveLength(before)
  // The list of events is taken whole or not at all.
  expect((await ask(app, 'GET', `${API}/event-bus/stats`)).body.eventsByType).not.toHaveProperty('ok')
})

test('the index lists every route', async () => {
  const app = await sharedApp()
  const index = await ask(app, 'GET', API)
  const listed = index.body.map(({ operation }: { operation: string }) => operation)
  expect(listed.toSorted()).toEqual(Object.keys(operations).toSorted())
  expect(index.body).toContainEqual(
    expect.objectContaining({ method: 'POST', path: '/api/v1/plugins', operation: 'plugins.load' }),
  )
})

test('a start that fails is 422 and stays listed in error', async () => {
  const app = await startApp()
  const path = await writePlugin('weak', { plugin: 'throws-at-import' })
  const body = { path, restartPolicy: 'never' }
  expect(await ask(app, 'POST', `${API}/plugins`, { body })).toMatchObject({
    status: 422,
    body: { code: 'START_FAILED', details: { id: 'weak' } },
  })
  expect(await ask(app, 'POST', `${API}/plugins`, { body: { path } })).toMatchObject({
    status: 409,
    body: { code: 'PLUGIN_EXISTS' },
  })
  expect((await ask(app, 'GET', `${API}/plugins/weak`)).body).toMatchObject({
    state: 'error',
    lastError: { thrown: { message: 'at import' } },
    health: { isHealthy: false },
  })
})

test('a dry run answers with the plan on each lifecycle call, and changes nothing', async () => {
  const app = await startApp()
  const load = async (id: string, dependencies: Record<string, string>) =>
    ask(app, 'POST', `${API}/plugins`, { body: { path: await writePlugin(id, { dependencies }) } })
  await load('base', {})
  await load('user', { base: '^1.0.0' })
  const plan = async (method: string, path: string, body?: unknown) => {
    const answer = await ask(app, method, `${API}${path}`, body === undefined ? {} : { body })
    const steps = answer.body.steps.map(({ id, action }: { id: string; action: string }) => `${action} ${id}`)
    return [answer.status, ...steps]
  }
  const path = await writePlugin('third')
  expect(await plan('POST', '/plugins', { path, dryRun: true })).toEqual([200, 'load third', 'enable third'])
  expect(await plan('POST', '/plugins/base/disable?dryRun')).toEqual([200, 'disable user', 'disable base'])
  expect(await plan('POST', '/plugins/base/restart?dryRun=1')).toEqual([200, 'restart base'])
  expect(await plan('POST', '/plugins/base/enable?dryRun')).toEqual([200])
  expect(await plan('DELETE', '/plugins/base?dryRun')).toEqual([200, 'disable user', 'unload base'])
  expect((await ask(app, 'GET', `${API}/plugins`)).body).toMatchObject([
    { id: 'base', state: 'active' },
    { id: 'user', state: 'active' },
  ])

  await ask(app, 'POST', `${API}/plugins/base/disable?cascade`)
  expect(await ask(app, 'POST', `${API}/plugins/user/enable`)).toMatchObject({
    status: 409,
    body: { code: 'DEPENDENCY_UNMET', details: { unmet: [{ id: 'base', disabled: true }] } },
  })
  expect(await plan('POST', '/plugins/user/enable?dryRun')).toEqual([200, 'enable base', 'enable user'])
  expect(await ask(app, 'POST', `${API}/plugins/user/enable?cascade`)).toMatchObject({ body: { state: 'active' } })
})

test('a crash is told with its evidence, comes back by itself, and is an event for others', async () => {
  const app = await startApp()
  const path = await writePlugin('weak', {
    events: ['go'],
    plugin: 'throws-uncaught',
  })
  await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  await ask(app, 'POST', `${API}/events`, { body: { specversion: '1.0', id: '1', source: 't', type: 'go' } })
  const weak = async () => (await ask(app, 'GET', `${API}/plugins/weak`)).body
  await expect.poll(weak).toMatchObject({
    state: 'active',
    failuresInRow: 1,
    nextRestartAt: null,
    restartPolicy: 'on-crash',
    lastError: {
      code: 'PLUGIN_CRASHED',
      thrown: { message: 'nothing caught this' },
      evidence: { exitCode: 1, native: false },
    },
    stats: { lifetime: { restarts: 1, restartsByReason: { crash: 1 } } },
  })
  const topics = (await ask(app, 'GET', `${API}/event-bus/stats`)).body.eventsByType
  expect(topics).toMatchObject({ 'plugin.failed': 1, 'plugin.recovered': 1 })

  expect((await ask(app, 'PUT', `${API}/plugins/weak/restart-policy`, { body: { policy: 'sometimes' } })).status).toBe(
    422,
  )
  expect(
    (await ask(app, 'PUT', `${API}/plugins/weak/restart-policy`, { body: { policy: 'never' } })).body.restartPolicy,
  ).toBe('never')
  await ask(app, 'POST', `${API}/events`, { body: { specversion: '1.0', id: '2', source: 't', type: 'go' } })
  await expect.poll(weak).toMatchObject({ state: 'error', nextRestartAt: null, failuresInRow: 2 })
  await ask(app, 'POST', `${API}/plugins/weak/restart`)
  expect((await ask(app, 'POST', `${API}/plugins/weak/dead-letters/replay`, { body: {} })).body).toEqual({
    handled: 0,
    failed: 1,
    kept: 1,
    isRunning: false,
    isStopped: false,
    error: expect.objectContaining({ message: expect.any(String) }),
  })
})

test('a weak tag in If-Match is the revision that it names, and * is any', async () => {
  const app = await startApp()
  const path = await writePlugin('one')
  await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  const put = (ifMatch: string) =>
    ask(app, 'PUT', `${API}/plugins/one/config`, { body: { config: {} }, headers: { 'if-match': ifMatch } })
  expect(await put('W/"1"')).toMatchObject({ status: 200, body: { revision: 2 } })
  expect(await put('*')).toMatchObject({ status: 200, body: { revision: 3 } })
  expect(await put('W/"1"')).toMatchObject({ status: 412 })
})

test('a plugin is loaded with its config, and never runs without it', async () => {
  const app = await startApp()
  const path = await writePlugin('one', {
    plugin: 'configurable',
    configSchema: { type: 'object', required: ['n'], properties: { n: { type: 'number' } } },
  })
  expect(await ask(app, 'POST', `${API}/plugins`, { body: { path, config: { n: 'x' } } })).toMatchObject({
    status: 422,
    body: { code: 'CONFIG_INVALID', details: [{ pointer: '/n' }] },
  })
  expect(await ask(app, 'POST', `${API}/plugins`, { body: { path, config: { n: 7 } } })).toMatchObject({
    status: 201,
    body: { state: 'active', configRevision: 1 },
  })
  expect((await ask(app, 'GET', `${API}/plugins/one/config`)).body.config).toEqual({ n: 7 })
})
