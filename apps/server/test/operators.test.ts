import { PlugboardClient } from '@plugboard/client'
import { existsSync } from 'node:fs'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import type { App } from '../src/app.ts'
import { ask, closeSharedApp, sharedApp, startApp, tempFolder, TOKEN, writePlugin } from './support.ts'

afterAll(closeSharedApp)

async function load(app: App, id: string, metadata: Record<string, unknown> = {}): Promise<void> {
  const answer = await ask(app, 'POST', '/api/v1/plugins', { body: { path: await writePlugin(id, metadata) } })
  expect(answer.status).toBe(201)
}

function connect(app: App): PlugboardClient {
  const client = new PlugboardClient({ url: app.url, token: TOKEN })
  onTestFinished(() => client.close())
  return client
}

test('a restart that is refused leaves what is disabled as it is, and can be undone', async () => {
  const app = await startApp()
  await load(app, 'base')
  await load(app, 'above', { dependencies: { base: '^1.0.0' } })
  await ask(app, 'POST', '/api/v1/bulk', { body: { action: 'disable', ids: ['base', 'above'] } })
  const before = (await ask(app, 'GET', '/api/v1/disabled-sets')).body
  expect(before[0].ids.toSorted()).toEqual(['above', 'base'])
  expect(await ask(app, 'POST', '/api/v1/plugins/above/restart')).toMatchObject({
    status: 409,
    body: { code: 'DEPENDENCY_UNMET' },
  })
  expect((await ask(app, 'GET', '/api/v1/disabled-sets')).body).toEqual(before)
})

test('the timeline tells failures, grants and restart policies as what they are', async () => {
  const app = await startApp()
  await load(app, 'one', { plugin: 'exits-at-event', events: ['test.go'] })
  await ask(app, 'PUT', '/api/v1/plugins/one/permissions', { body: { granted: ['NetworkAccess'] } })
  await ask(app, 'PUT', '/api/v1/plugins/one/restart-policy', { body: { policy: 'never' } })
  const event = { specversion: '1.0', id: '1', source: 'test', type: 'test.go' }
  await ask(app, 'POST', '/api/v1/events', { body: event })
  const kinds = async (kind: string) =>
    ((await ask(app, 'GET', `/api/v1/timeline?id=one&kind=${kind}`)).body as { kind: string }[]).map((one) => one.kind)
  await vi.waitFor(async () => expect(await kinds('failure')).toEqual(['failure']))
  expect(await kinds('grants')).toEqual(['grants'])
  expect(await kinds('restart-policy')).toEqual(['restart-policy'])
})

test('several plugins are ended in the order of their dependencies, each with a result and a row of its own', async () => {
  const app = await startApp()
  await load(app, 'base')
  await load(app, 'above', { dependencies: { base: '^1.0.0' } })
  const bulk = async (action: string, ids: string[]) =>
    (await ask(app, 'POST', '/api/v1/bulk', { body: { action, ids } })).body as unknown

  expect(await bulk('disable', ['base', 'above', 'nobody'])).toEqual([
    { id: 'above', error: null },
    { id: 'base', error: null },
    { id: 'nobody', error: { code: 'PLUGIN_NOT_FOUND', message: expect.any(String), details: { id: 'nobody' } } },
  ])
  expect(await bulk('enable', ['above', 'base'])).toEqual([
    { id: 'base', error: null },
    { id: 'above', error: null },
  ])
  expect(await bulk('disable', ['base'])).toEqual([
    { id: 'base', error: expect.objectContaining({ code: 'HAS_DEPENDENTS', details: { dependents: ['above'] } }) },
  ])
  const { body: rows } = await ask(app, 'GET', '/api/v1/audit?limit=6')
  const of = (row: { operation: string; target: string; result: string }) => [row.operation, row.target, row.result]
  expect(rows.map(of).filter((row: string[]) => row[1] !== 'nobody')).toEqual([
    ['plugins.disable', 'base', 'HAS_DEPENDENTS'],
    ['plugins.enable', 'above', 'ok'],
    ['plugins.enable', 'base', 'ok'],
    ['plugins.disable', 'base', 'ok'],
    ['plugins.disable', 'above', 'ok'],
  ])
  // Bound to nobody: it may be asked for at the same time.
  expect(rows.map(of)).toContainEqual(['plugins.disable', 'nobody', 'PLUGIN_NOT_FOUND'])
})

test('the graph names each need, and whether it is met', async () => {
  const app = await startApp()
  await load(app, 'base')
  await load(app, 'above', { dependencies: { base: '^1.0.0' } })
  const { body } = await ask(app, 'GET', '/api/v1/dependencies')
  expect(body).toContainEqual({ id: 'base', needs: [] })
  expect(body).toContainEqual({
    id: 'above',
    needs: [{ id: 'base', range: '^1.0.0', found: '1.0.0', isEnabled: true, isMet: true }],
  })
})

test('a tail shows the events of its pattern, and counts those that are too many or too large for it', async () => {
  const app = await sharedApp()
  const client = connect(app)
  const tail = client.topic('events:user.*')
  onTestFinished(tail.subscribe(() => {}))
  await vi.waitFor(() => expect(tail.get().state).not.toBeNull())

  const { eventBus } = app.manager.context
  const { totalSubscribers } = eventBus.getStats()
  eventBus.publish({ type: 'user.joined', data: { name: 'Ada' }, source: 'test' })
  eventBus.publish({ type: 'user.left', data: 'x'.repeat(5_000) })
  eventBus.publish({ type: 'other', data: 1 })
  await vi.waitFor(() => expect(tail.get().state?.events).toHaveLength(2))
  expect(tail.get().state?.events).toEqual([
    expect.objectContaining({ topic: 'user.joined', source: 'test', data: { name: 'Ada' }, isCut: false }),
    expect.objectContaining({ topic: 'user.left', data: null, bytes: 5_002, isCut: true }),
  ])
  for (let sent = 0; sent < 500; sent += 1) eventBus.publish({ type: 'user.many', data: sent })
  await vi.waitFor(() => {
    const { events, skipped } = tail.get().state!
    expect(events.length + skipped).toBe(502)
  })
  expect(tail.get().state!.events.length).toBeLessThan(60)
  expect(totalSubscribers).toBe(eventBus.getStats().totalSubscribers)
})

test('a tail of what is no pattern does not exist', async () => {
  const app = await sharedApp()
  const tail = connect(app).topic('events:..')
  onTestFinished(tail.subscribe(() => {}))
  await vi.waitFor(() => expect(tail.get().error?.code).toBe('NOT_FOUND'))
})

test('a plugin is recorded without a restart; the recording is listed, downloaded and removed', async () => {
  const dataDir = await tempFolder()
  const folder = join(dataDir, 'recordings', 'busy')
  // What a server that was killed left half written.
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'x.cpuprofile.part'), '{')
  const app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  expect(await readdir(folder)).toEqual([])
  await load(app, 'busy', {
    plugin: 'keeps-busy',
  })
  const path = '/api/v1/plugins/busy/profiles'
  const taken = await ask(app, 'POST', path, { body: { kind: 'cpu', seconds: 1 } })
  expect(taken).toMatchObject({ status: 201, body: { kind: 'cpu', cause: 'asked' } })
  const snapshot = await ask(app, 'POST', path, { body: { kind: 'heap-snapshot' } })
  expect(snapshot.status).toBe(201)

  const { body: listed } = await ask(app, 'GET', path)
  expect(listed).toEqual([snapshot.body, taken.body])
  const { body: made } = await ask(app, 'POST', '/api/v1/tokens', { body: { name: 'op', role: 'operator' } })
  const asOperator = { headers: { authorization: `Bearer ${made.token}` } }
  const refused = await ask(app, 'GET', `${path}/${snapshot.body.name}/content`, asOperator)
  expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  expect((await ask(app, 'POST', path, { ...asOperator, body: { kind: 'heap-snapshot' } })).status).toBe(403)
  expect((await ask(app, 'GET', `${path}/${taken.body.name}/content`, asOperator)).status).toBe(200)
  const both = await Promise.all([1, 2].map(() => ask(app, 'POST', path, { body: { kind: 'cpu', seconds: 1 } })))
  expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
  await ask(app, 'DELETE', `${path}/${both.find(({ status }) => status === 201)!.body.name}`)

  const profile = await ask(app, 'GET', `${path}/${taken.body.name}/content`)
  expect(profile.body.nodes.length).toBeGreaterThan(1)
  expect(profile.headers.get('content-disposition')).toContain('.cpuprofile')
  const { mode } = await stat(join(folder, taken.body.name))
  expect(mode & 0o777).toBe(0o600)

  expect((await ask(app, 'DELETE', `${path}/${taken.body.name}`)).status).toBe(204)
  expect(await ask(app, 'GET', `${path}/${taken.body.name}/content`)).toMatchObject({
    status: 404,
    body: { code: 'PROFILE_NOT_FOUND' },
  })
  expect((await ask(app, 'GET', `${path}/${encodeURIComponent('../x')}`)).status).toBe(422)
  expect(app.manager.getPlugin('busy')?.stats.lifetime.restarts).toBe(0)
  expect(await readdir(folder)).toEqual([snapshot.body.name])
  await ask(app, 'DELETE', '/api/v1/plugins/busy')
  await vi.waitFor(() => expect(existsSync(folder)).toBe(false))
})

test('a selection that hangs together by one that is not selected is ended in the right order', async () => {
  const app = await startApp()
  await load(app, 'low')
  await load(app, 'mid', {
    dependencies: { low: '^1.0.0' },
    plugin: 'exits-at-event',
  })
  await load(app, 'top', { dependencies: { mid: '^1.0.0' } })
  await ask(app, 'PUT', '/api/v1/plugins/mid/restart-policy', { body: { policy: 'never' } })
  app.manager.context.eventBus.publish({ type: 'go', data: null })
  await vi.waitFor(() => expect(app.manager.getPlugin('mid')?.state).toBe('error'))
  const { body } = await ask(app, 'POST', '/api/v1/bulk', { body: { action: 'disable', ids: ['low', 'top', 'mid'] } })
  expect(body).toEqual(['top', 'mid', 'low'].map((id) => ({ id, error: null })))
})

test('more tails than there may be are refused for now; one that nobody looks at gives way, and all events always pass', async () => {
  const app = await sharedApp()
  const clients = [connect(app), connect(app), connect(app)]
  const watch = (client: PlugboardClient, pattern: string) => {
    const tail = client.topic(`events:${pattern}`)
    return { tail, end: tail.subscribe(() => {}) }
  }
  const first = Array.from({ length: 64 }, (_, n) => watch(clients[n % 3]!, `topic${n}`))
  await vi.waitFor(() => expect(first.every(({ tail }) => tail.get().state !== null)).toBe(true))
  const late = watch(clients[0]!, 'late')
  await vi.waitFor(() => expect(late.tail.get().error?.code).toBe('RATE_LIMITED'))
  const everything = watch(clients[1]!, '**')
  await vi.waitFor(() => expect(everything.tail.get().state).not.toBeNull())
  clients[2]!.close()
  await vi.waitFor(() => expect(late.tail.get().state).not.toBeNull(), 8_000)
  for (const { end } of [...first, late, everything]) end()
})

test('sparklines are the last minute of each plugin', async () => {
  const app = await startApp()
  await load(app, 'one')
  await vi.waitFor(async () => {
    const { body } = await ask(app, 'POST', '/api/v1/sparklines', { body: { ids: ['one', 'nobody'] } })
    expect(body).toEqual({ one: expect.any(Array), nobody: [] })
    expect(body.one.length).toBeGreaterThan(1)
  }, 5_000)
})
