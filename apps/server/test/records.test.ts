import { PlugboardClient } from '@plugboard/client'
import { clock } from '@plugboard/core'
import type { TimelineView } from '@plugboard/protocol'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { App } from '../src/app.ts'
import type { Line } from './plugins/logs-events.ts'
import { ask, startApp, tempFolder, TOKEN, writePlugin } from './support.ts'

const API = '/api/v1'

async function restart(app: App, dataDir: string): Promise<App> {
  await app.close()
  return await startApp({ PLUGBOARD_DATA_DIR: dataDir })
}

async function get(app: App, path: string): Promise<any> {
  const { status, body } = await ask(app, 'GET', `${API}${path}`)
  expect(status).toBe(200)
  return body
}

test('a failure is an incident with its evidence, a burst has one root, and a recovery ends it', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const client = new PlugboardClient({ url: app.url, token: TOKEN })
  onTestFinished(() => client.close())
  const topic = client.topic('incidents')
  onTestFinished(topic.subscribe(() => {}))
  const base = await writePlugin('base', { plugin: 'exits-at-event', events: ['custom.first'] })
  const user = await writePlugin('user', {
    plugin: 'exits-at-event',
    events: ['custom.second'],
    dependencies: { base: '^1.0.0' },
  })
  for (const path of [base, user]) {
    await ask(app, 'POST', `${API}/plugins`, { body: { path, restartPolicy: 'never' } })
  }
  await app.manager.broadcastEvent({ type: 'custom.first', data: null })
  await expect.poll(() => app.manager.getPlugin('base')!.state).toBe('error')
  await app.manager.broadcastEvent({ type: 'custom.second', data: null })
  await expect.poll(() => topic.get().state?.length).toBe(2)
  const before = await get(app, '/incidents')
  const root = before.find((one: { pluginId: string }) => one.pluginId === 'base')
  const folded = before.find((one: { pluginId: string }) => one.pluginId === 'user')
  expect(root).toMatchObject({
    error: { code: 'PLUGIN_CRASHED' },
    occurrences: 1,
    closedAt: null,
    evidence: { exitCode: 3 },
  })
  expect(folded.rootId).toBe(root.id)

  await ask(app, 'POST', `${API}/plugins/base/restart`)
  app = await restart(app, dataDir)
  const after = await get(app, '/incidents?id=base')
  expect(after).toMatchObject([{ id: root.id, closedAt: expect.any(Number) }])
  const [{ openedAt, closedAt }] = after
  expect(await get(app, `/incidents?id=base&from=${closedAt}&to=${closedAt}`)).toEqual(after)
  expect(await get(app, `/incidents?id=base&from=${closedAt + 1}`)).toEqual([])
  expect(await get(app, `/incidents?id=base&to=${openedAt - 1}`)).toEqual([])
  const timeline = await get(app, '/timeline?id=base')
  const titles = timeline.map(({ title }: { title: string }) => title)
  expect(titles).toContain('Restarted by PLUGBOARD_API_TOKEN.')
  expect(timeline.find(({ severity }: { severity: string }) => severity === 'bad')).toMatchObject({
    kind: 'failure',
    incidentId: root.id,
    detail: { state: 'error' },
  })
  const server = await get(app, '/timeline?kind=server')
  expect(server.map(({ title }: { title: string }) => title)).toEqual([
    'The server started.',
    'The server stopped.',
    'The server started.',
  ])
})

test('the timeline is narrowed by person and time; what comes in floods is counted, and who may enter is not in it', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const { body: token } = await ask(app, 'POST', `${API}/tokens`, { body: { name: 'ci', role: 'operator' } })
  const asCi = { headers: { authorization: `Bearer ${token.token}` } }
  const publish = { type: 'custom.one', source: 'test', specversion: '1.0', id: '1', data: null }
  for (let n = 0; n < 5; n += 1)
    expect((await ask(app, 'POST', `${API}/events`, { ...asCi, body: publish })).status).toBe(202)
  await ask(app, 'POST', `${API}/event-bus/reset`)
  const before = clock.epoch()
  await sleep(5)
  app = await restart(app, dataDir)

  const operations = await get(app, '/timeline?kind=operation')
  expect(operations.map(({ actor, pluginId, detail }: TimelineView) => [actor, pluginId, detail])).toEqual([
    // The first is told at once, and the others with their number at the latest when the server stops.
    ['token ci', null, { operation: 'events.publish', times: 4, since: expect.any(Number) }],
    ['PLUGBOARD_API_TOKEN', null, { operation: 'bus.reset' }],
    ['token ci', null, { operation: 'events.publish', times: 1 }],
  ])
  // What is gone is named all the same.
  const path = await writePlugin('gone')
  await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  await ask(app, 'DELETE', `${API}/plugins/gone`)
  expect((await get(app, '/timeline?id=gone&kind=operation'))[0]).toMatchObject({
    pluginId: 'gone',
    title: 'Unloaded by PLUGBOARD_API_TOKEN.',
  })
  expect(await get(app, '/timeline/actors')).toEqual(['PLUGBOARD_API_TOKEN', 'token ci'])
  expect(await get(app, '/timeline?actor=token%20ci')).toHaveLength(2)
  expect(await get(app, `/timeline?actor=token%20ci&to=${before}`)).toMatchObject([{ detail: { times: 1 } }])
  expect(await get(app, `/timeline?actor=token%20ci&from=${before}`)).toMatchObject([{ detail: { times: 4 } }])
  await app.close()
})

test('the logs of several plugins are searched together, and counted by level over time', async () => {
  const app = await startApp()
  for (const id of ['one', 'two', 'three']) {
    const path = await writePlugin(id, { plugin: 'logs-events', events: [`custom.${id}`] })
    await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  }
  const from = clock.epoch()
  const say = (id: string, level: Line['level'], text: string) =>
    app.manager.broadcastEvent({ type: `custom.${id}`, data: { level, text, n: 0 } satisfies Line })
  await say('one', 'info', 'first')
  await say('two', 'error', 'second')
  await say('three', 'error', 'third')
  const to = from + 60_000
  const messages = async (query: string): Promise<string[]> =>
    (await get(app, `/logs?from=${from}&${query}`)).map(({ message }: { message: string }) => message)
  expect(await messages('ids=one,two')).toEqual(['second', 'first'])
  expect(await messages('ids=two')).toEqual(['second'])
  expect((await ask(app, 'GET', `${API}/logs?ids=,`)).status).toBe(422)
  const counted = await get(app, `/logs/histogram?ids=one,two&from=${from}&to=${to}&bars=2`)
  // On a grid of whole half minutes; the three entries may lie on both sides of one.
  const at = Math.floor(from / 30_000) * 30_000
  expect(counted.stepMs).toBe(30_000)
  expect(sumOf(counted.bars)).toEqual({ debug: 0, info: 1, warn: 0, error: 1 })
  expect([at, at + 30_000]).toContain(counted.bars[0].at)
  const errors = await get(app, `/logs/histogram?level=error&text=d&from=${from}&to=${to}&bars=2`)
  expect(sumOf(errors.bars)).toEqual({ debug: 0, info: 0, warn: 0, error: 2 })
  expect((await get(app, `/logs/histogram?from=${to}&to=${to + 1}`)).bars).toEqual([])
  await app.close()
})

function sumOf(bars: readonly Record<Line['level'], number>[]): Record<Line['level'], number> {
  const of = (level: Line['level']): number => bars.reduce((sum, bar) => sum + bar[level], 0)
  return { debug: of('debug'), info: of('info'), warn: of('warn'), error: of('error') }
}

test('logs are kept, searched and tailed; a level holds until it falls back', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const path = await writePlugin('talks', { plugin: 'logs-events', events: ['custom.*'] })
  await ask(app, 'POST', `${API}/plugins`, { body: { path } })
  const client = new PlugboardClient({ url: app.url, token: TOKEN })
  onTestFinished(() => client.close())
  const tail = client.topic('logs')
  onTestFinished(tail.subscribe(() => {}))
  await expect.poll(() => tail.get().state).not.toBeNull()
  const say = (level: Line['level'], text: string, n = 0) =>
    app.manager.broadcastEvent({ type: 'custom.say', data: { level, text, n } satisfies Line })
  const search = async (query: string): Promise<string[]> =>
    (await get(app, `/logs?id=talks&${query}`)).map(({ message }: { message: string }) => message)

  await say('debug', 'not wanted')
  await say('info', '100 % sure', 7)
  await say('error', 'Went WRONG')
  await expect.poll(() => search('level=info')).toEqual(['Went WRONG', '100 % sure'])
  expect(await search('text=wrong')).toEqual(['Went WRONG'])
  expect(await search('text=0%20%25')).toEqual(['100 % sure'])
  expect(await search('text=%25%25')).toEqual([])
  // Several texts are all in it, and a field has its value as text or as JSON.
  expect(await search('text=sure&text=100')).toEqual(['100 % sure'])
  expect(await search('text=sure&text=wrong')).toEqual([])
  expect(await search('field=n%3D7&text=sure')).toEqual(['100 % sure'])
  expect(await search('field=n%3D70')).toEqual([])
  expect((await ask(app, 'GET', `${API}/logs?field=n`)).status).toBe(422)
  expect(await search('text=%22n%22%3A7')).toEqual(['100 % sure'])
  await say('info', 'Größe 3, ОШИБКА')
  await say('info', 'before\0after')
  await say('info', String.raw`C:\temp "quoted"`)
  await expect.poll(() => search('text=größe')).toHaveLength(1)
  expect(await search(`text=${encodeURIComponent('GRÖSSE')}`)).toHaveLength(1)
  expect(await search(`text=${encodeURIComponent('ошибка')}`)).toHaveLength(1)
  await expect.poll(() => search('text=AFTER')).toEqual(['before\0after'])
  await expect.poll(() => search(`text=${encodeURIComponent(String.raw`c:\temp "q`)}`)).toHaveLength(1)
  await expect.poll(() => tail.get().state!.lines.map(({ message }) => message)).toContain('Went WRONG')

  const set = await ask(app, 'PUT', `${API}/plugins/talks/log-level`, { body: { level: 'debug', minutes: 5 } })
  expect(set.body).toEqual({ id: 'talks', level: 'debug', fallBack: { to: 'info', at: expect.any(Number) } })
  await say('debug', 'wanted now')
  await expect.poll(() => search('text=wanted')).toEqual(['wanted now'])
  app = await restart(app, dataDir)
  const levels = await get(app, '/log-levels')
  expect(levels.find(({ id }: { id: string }) => id === 'talks')).toEqual(set.body)
  expect(await search('text=wanted')).toEqual(['wanted now'])
})

test('charts begin with what was before a restart, and a range says what is known', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir, PLUGBOARD_BUNDLED: 'rolling-stats' })
  await expect
    .poll(async () => (await get(app, '/plugins/rolling-stats/history?metric=memoryBytes')).points.length)
    .toBeGreaterThan(1)
  await app.close()
  const restartedAt = clock.epoch()
  app = await startApp({ PLUGBOARD_DATA_DIR: dataDir, PLUGBOARD_BUNDLED: 'rolling-stats' })
  const now = clock.epoch()
  for (const path of [
    '/plugins/rolling-stats/history?',
    '/stats/history?',
    '/event-bus/history?topic=performance.update&',
  ]) {
    const metric = path.includes('topic') ? '' : 'metric=eventsPerSecond&'
    const { points } = await get(app, `${path}${metric}from=${now - 3_600_000}&to=${now}&points=60`)
    expect(points.some(([, mean]: [number, number | null]) => mean !== null && mean > 0)).toBe(true)
  }
  // The time before the restart is on disk, and the last seconds are in memory.
  for (const from of [now - 3_600_000, now - 1_000])
    await expect
      .poll(() => get(app, `/stats/ranking?metric=memoryBytes&from=${from}`))
      .toMatchObject([{ id: 'rolling-stats', mean: expect.any(Number), max: expect.any(Number) }])
  const client = new PlugboardClient({ url: app.url, token: TOKEN })
  onTestFinished(() => client.close())
  const overview = client.topic('overview')
  onTestFinished(overview.subscribe(() => {}))
  await expect.poll(() => overview.get().state?.manager.at.length ?? 0).toBeGreaterThan(0)
  // Its first moment is one that this server did not see.
  expect(overview.get().state!.manager.at[0]).toBeLessThan(restartedAt)
  const states = overview.get().state!.states['rolling-stats']!.map(({ state }) => state)
  expect(states.filter((state) => state === 'active')).toHaveLength(2)
  expect(states).toContain('unloaded')
})
