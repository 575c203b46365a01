import { PlugboardClient } from '@plugboard/client'
import { pluginTopic, type Board } from '@plugboard/protocol'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import type { App } from '../src/app.ts'
import { closeSharedApp, sharedApp, startApp, TOKEN, writePlugin } from './support.ts'

afterAll(closeSharedApp)

function connect(app: App, token: string | null = TOKEN): PlugboardClient {
  const client = new PlugboardClient({ url: app.url, token })
  onTestFinished(() => client.close())
  return client
}

async function connected(client: PlugboardClient): Promise<void> {
  await expect.poll(() => client.connection.get().state).toBe('connected')
}

const stateOf = (board: Board | null, id: string): string | undefined =>
  [...(board?.rows.values() ?? [])].find((row) => row.id === id)?.state

test('the board topic follows every change, by deltas', async () => {
  const app = await startApp({ PLUGBOARD_BUNDLED: 'chaos' })
  const client = connect(app)
  const board = client.topic('board')
  const messages: number[] = []
  onTestFinished(board.subscribe(() => messages.push(board.get().at!)))
  await expect.poll(() => stateOf(board.get().state, 'chaos')).toBe('loaded')
  await connected(client)
  await client.call('plugins.enable', { id: 'chaos' })
  await expect.poll(() => stateOf(board.get().state, 'chaos')).toBe('active')
  const path = await writePlugin('extra')
  await client.call('plugins.load', { path })
  await expect.poll(() => stateOf(board.get().state, 'extra')).toBe('active')
  await client.call('plugins.unload', { id: 'extra' })
  await expect.poll(() => stateOf(board.get().state, 'extra')).toBeUndefined()
  expect(board.get().state!.manager).toMatchObject({ totalPlugins: 1 })
  // The snapshot, and a delta for each change; those that come together travel together.
  expect(messages.length).toBeGreaterThanOrEqual(4)
})

test('a plugin’s topic carries its figures, states, logs and dead letters', async () => {
  const app = await startApp({ PLUGBOARD_BUNDLED: 'chaos' })
  const client = connect(app)
  const topic = client.topic(pluginTopic(app.manager.context.node, 'chaos'))
  onTestFinished(topic.subscribe(() => {}))
  await connected(client)
  await client.call('config.set', { id: 'chaos', config: { errorShare: 1 } })
  await client.call('plugins.enable', { id: 'chaos' })
  await expect.poll(() => topic.get().state?.view.state).toBe('error')
  const detail = topic.get().state!
  expect(detail.view).toMatchObject({
    stats: { errorCount: 11, eventsProcessed: 11 },
    lastError: { code: 'ERROR_LIMIT' },
    configRevision: 2,
  })
  expect(detail.deadLetters).toHaveLength(11)
  expect(detail.logs.filter(({ origin }) => origin === 'runtime').length).toBeGreaterThan(0)
  expect(detail.states.map(({ state }) => state)).toEqual([
    'loading',
    'loaded',
    'initializing',
    'active',
    'unloading',
    'error',
  ])
  await expect.poll(() => topic.get().state!.series.at.length).toBeGreaterThan(0)
})

test('a topic of a plugin that is not loaded is refused', async () => {
  const app = await sharedApp()
  const topic = connect(app).topic(pluginTopic(app.manager.context.node, 'none'))
  onTestFinished(topic.subscribe(() => {}))
  await expect.poll(() => topic.get().error).toMatchObject({ code: 'PLUGIN_NOT_FOUND' })
})

test('a page of a plugin follows it through unload and load, and waits for one that is not there yet', async () => {
  const app = await startApp()
  const client = connect(app)
  const path = await writePlugin('late')
  const topic = client.topic(pluginTopic(app.manager.context.node, 'late'))
  onTestFinished(topic.subscribe(() => {}))
  await expect.poll(() => topic.get().error).toMatchObject({ code: 'PLUGIN_NOT_FOUND' })
  await app.manager.loadPlugin(path)
  await expect.poll(() => topic.get().state?.view.state).toBe('active')
  await app.manager.unloadPlugin('late')
  await expect.poll(() => topic.get().error).toMatchObject({ code: 'PLUGIN_NOT_FOUND' })
  await app.manager.loadPlugin(path, { enabled: false })
  await expect.poll(() => topic.get().state?.view.state).toBe('loaded')
})

test('topics may be named like members that every object has', async () => {
  const app = await sharedApp()
  const overview = connect(app).topic('overview')
  onTestFinished(overview.subscribe(() => {}))
  const names = ['valueOf', 'constructor', '__proto__', 'at']
  for (const eventType of names) app.manager.context.eventBus.publish({ type: eventType })
  await expect.poll(() => Object.keys(overview.get().state?.topics.values ?? {})).toEqual(expect.arrayContaining(names))
  const seen = overview.get().at
  await expect.poll(() => overview.get().at).not.toBe(seen)
})

test('a client of another version is refused', async () => {
  const app = await sharedApp()
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  onTestFinished(() => socket.close())
  const heard: string[] = []
  socket.onmessage = ({ data }) => heard.push(String(data))
  socket.onopen = () => socket.send('40{"protocol":0}')
  await expect.poll(() => heard.at(-1)).toContain('PROTOCOL_MISMATCH')
})

test('operations are refused with the same codes as over REST', async () => {
  const app = await startApp({ PLUGBOARD_BUNDLED: 'chaos' })
  const client = connect(app)
  await connected(client)
  await expect(client.call('plugins.enable', { id: 'none' })).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' })
  await expect(client.call('plugins.get', { id: 5 } as never)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  await expect(client.call('no.such' as never, {} as never)).rejects.toMatchObject({ code: 'UNKNOWN_OPERATION' })
  await expect(client.call('__proto__' as never, {} as never)).rejects.toMatchObject({ code: 'UNKNOWN_OPERATION' })
  await expect(client.call('config.set', { id: 'chaos', config: { errorShare: 2 } })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: [{ pointer: '/errorShare' }],
  })
})

test('sockets demand a token, or a session', async () => {
  const app = await sharedApp()
  const client = connect(app, null)
  await expect.poll(() => client.connection.get().state).toBe('unauthorized')
  client.setToken(TOKEN)
  await connected(client)
  expect(await client.call('session.get', {})).toMatchObject({ role: 'admin' })
})
