import { PlugboardClient } from '@plugboard/client'
import { PROTOCOL_VERSION } from '@plugboard/protocol'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import type { App } from '../src/app.ts'
import { ask, closeSharedApp, sharedApp, startApp, TOKEN } from './support.ts'

afterAll(closeSharedApp)

/** The number of the call that ends a conversation. */
const LAST = 777
const isLast = (text: string): boolean => text.startsWith(`43${LAST}`)

/**
 * A WebSocket that sends what it likes. Resolves with what came back until it was closed, or until its last call and as
 * many calls as it must have in all were answered.
 */
async function speak(app: App, packets: readonly (string | Uint8Array<ArrayBuffer>)[], answers = 0): Promise<string[]> {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  const heard: string[] = []
  const closed = new Promise<void>((resolve) => (socket.onclose = () => resolve()))
  const welcome = Promise.withResolvers<void>()
  socket.onmessage = ({ data }) => {
    heard.push(String(data))
    if (String(data).startsWith('40')) welcome.resolve()
  }
  await new Promise((resolve) => (socket.onopen = resolve))
  socket.send(`40${JSON.stringify({ token: TOKEN })}`)
  await welcome.promise
  for (const packet of packets) socket.send(packet)
  // Packets are read in their order: an answer to the last one shows that the others have had their effect.
  socket.send(`42${LAST}["call","stats.get",{}]`)
  const isOver = (): boolean => heard.filter((text) => /^43\d/.test(text)).length >= answers && heard.some(isLast)
  // Some packets take the next one with them, so that the last call has no answer.
  const timeout = answers > 0 ? 20_000 : 1_000
  await Promise.race([closed, vi.waitUntil(isOver, { interval: 5, timeout }).catch(() => {})])
  socket.close()
  return heard.filter((text) => !isLast(text))
}

test('malformed packets end nothing but themselves', async () => {
  const app = await sharedApp()
  const bystander = new PlugboardClient({ url: app.url, token: TOKEN })
  onTestFinished(() => bystander.close())
  await expect.poll(() => bystander.connection.get().state).toBe('connected')
  const changes: string[] = []
  onTestFinished(bystander.connection.subscribe(() => changes.push(bystander.connection.get().state)))
  const packets = [
    '42[1]',
    '42[null]',
    '42["call"]',
    '42["call",1,2,3]',
    '420["call",{"a":1},null]',
    '420["call","plugins.get",[]]',
    '420["subscribe",5,5]',
    '420["subscribe","board",{"epoch":5}]',
    '42["subscribe","board"]',
    '42["unsubscribe",{}]',
    '42["error","x"]',
    '42["disconnect"]',
    '42["connect"]',
    '42{}',
    '42[',
    '451-["call",{"_placeholder":true,"num":0}]',
    '451-["call",{"_placeholder":true,"num":9}]',
    '4999["x"]',
    '4',
    '9',
    'hello',
    '43[]',
    '44',
    `42["call","${'x'.repeat(300_000)}"]`,
    new Uint8Array([1, 2, 3]),
    '40',
    '40{"token":1}',
    '40/other,{}',
    '41',
    '42/other,["call"]',
    '42["call","plugins.get",{"id":"a"},{"id":"b"}]',
    '420["call",null,null]',
    '420["call","toString",{}]',
    '420["call","plugins.get",{"id":{"$ne":null}}]',
    '420["call","plugins.history",{"id":"chaos","metric":"memoryBytes","points":1e999}]',
    `420["call","config.check",{"id":"chaos","config":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}]`,
    '420["subscribe","plugin:__proto__",{}]',
    '420["subscribe","",{}]',
    `420["subscribe","${'x'.repeat(200)}",{}]`,
    '420["subscribe","board",{"epoch":"x","seq":-1}]',
    '42["unsubscribe","board","board"]',
    '452-["call",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
    '46[]',
    '2probe',
    '5',
    '\u0000',
    '42["session",{"role":"admin"}]',
    new Uint8Array(0),
    new Uint8Array(4_096).fill(255),
  ]
  expect(packets.length).toBeGreaterThanOrEqual(40)
  for (let at = 0; at < packets.length; at += 8) {
    await Promise.all(packets.slice(at, at + 8).map((packet) => speak(app, [packet])))
  }
  const heard = await speak(app, ['420["call","plugins.get",{"id":"__proto__"}]', '421["call","stats.get",{}]'], 3)
  expect(heard.some((text) => text.startsWith('430') && text.includes('PLUGIN_NOT_FOUND'))).toBe(true)
  expect(heard.some((text) => text.startsWith('431') && text.includes('totalPlugins'))).toBe(true)
  expect((await ask(app, 'GET', '/healthz')).status).toBe(200)
  expect(await bystander.call('stats.get', {})).toHaveProperty('totalPlugins')
  // The library's client takes a clock that was set forward for a missed ping, and connects again.
  if (process.env.PLUGBOARD_TEST_CLOCK !== 'jumps') expect(changes).toEqual([])
})

test('a socket that has not authenticated is closed after a few packets', async () => {
  const app = await startApp()
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  const closed = new Promise<void>((resolve) => (socket.onclose = () => resolve()))
  await new Promise((resolve) => (socket.onopen = resolve))
  for (let n = 0; n < 50; n += 1) socket.send('40/x,')
  await closed
  const guesses = new WebSocket(`${app.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  let refused = 0
  guesses.onmessage = ({ data }) => {
    if (String(data).startsWith('44')) refused += 1
  }
  const over = new Promise<void>((resolve) => (guesses.onclose = () => resolve()))
  await new Promise((resolve) => (guesses.onopen = resolve))
  for (let n = 0; n < 100; n += 1) guesses.send(`40{"token":"guess ${n}"}`)
  await over
  expect(refused).toBeLessThan(10)
})

test('a socket that sends too much in a second is not answered for the rest', async () => {
  const app = await sharedApp()
  const heard = await speak(
    app,
    Array.from({ length: 150 }, (_, n) => `42${n}["call","stats.get",{}]`),
    151,
  )
  const answers = heard.filter((text) => text.includes('totalPlugins')).length
  expect(heard.filter((text) => text.includes('RATE_LIMITED')).length).toBe(150 - answers)
  expect(answers).toBeGreaterThanOrEqual(90)
  expect(answers).toBeLessThan(150)
})

/** The first request of a connection, with headers that a client library would not let one set. */
function handshake(
  app: App,
  headers: Record<string, string>,
  transport: 'polling' | 'websocket',
): Promise<'connected' | 'refused'> {
  const { port, host } = new URL(app.url)
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  return new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port,
      path: `/socket.io/?EIO=4&transport=${transport}`,
      headers: { host, ...(transport === 'websocket' && upgrade), ...headers },
    })
    asked.on('response', (response) => {
      response.resume()
      resolve(response.statusCode === 200 ? 'connected' : 'refused')
    })
    asked.on('upgrade', (_response, socket) => {
      socket.destroy()
      resolve('connected')
    })
    asked.on('error', reject).end()
  })
}

test.each(['polling', 'websocket'] as const)('a foreign origin or host is refused on %s', async (transport) => {
  const app = await sharedApp()
  expect(await handshake(app, {}, transport)).toBe('connected')
  expect(await handshake(app, { origin: app.url }, transport)).toBe('connected')
  expect(await handshake(app, { origin: 'http://evil.example' }, transport)).toBe('refused')
  expect(await handshake(app, { host: 'evil.example' }, transport)).toBe('refused')
  // With a cookie a request must come from our own pages: a WebSocket says so by its origin, a poll may by its site.
  const cookie = 'plugboard.session_token=x'
  expect(await handshake(app, { cookie, origin: app.url }, transport)).toBe('connected')
  expect(await handshake(app, { cookie, origin: 'null' }, transport)).toBe('refused')
  const own = { cookie, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }
  expect(await handshake(app, own, transport)).toBe(transport === 'polling' ? 'connected' : 'refused')
  expect(await handshake(app, { ...own, 'sec-fetch-site': 'cross-site' }, transport)).toBe('refused')
})

test('a client that has fallen asleep does not hold up the end of the server', { timeout: 20_000 }, async () => {
  const app = await startApp()
  const { port, host } = new URL(app.url)
  const socket = connect(Number(port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13'
  socket.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${key}\r\n\r\n`,
  )
  await once(socket, 'data')
  const hello = Buffer.from(`40{"token":"${TOKEN}","protocol":${PROTOCOL_VERSION}}`)
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | hello.length, 0, 0, 0, 0]), hello]))
  await expect.poll(async () => (await ask(app, 'GET', '/metrics')).body).toMatch(/^plugboard_sockets 1$/m)
  // Otherwise the server would wait 30 s for the close frame of this client.
  await app.close()
})
