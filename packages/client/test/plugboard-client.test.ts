import { createServer, type Server as HttpServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Server, type Socket } from 'socket.io'
import { afterEach, expect, test } from 'vitest'
import { PlugboardClient, type Connection } from '../src/plugboard-client.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

/** A server that refuses the first connections with these codes, and then does as it is told. */
async function serve(refusals: string[], onSocket: (socket: Socket) => void = () => {}): Promise<PlugboardClient> {
  const http: HttpServer = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const io = new Server(http)
  io.use((_socket, next) => {
    const code = refusals.shift()
    next(code === undefined ? undefined : Object.assign(new Error('refused'), { data: { code } }))
  })
  io.on('connection', onSocket)
  closers.push(() => io.close())
  const client = new PlugboardClient({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` })
  closers.push(() => client.close())
  return client
}

const until = (client: PlugboardClient, state: Connection['state']): Promise<void> =>
  expect.poll(() => client.connection.get().state).toBe(state)

/** Another client has been refused and has connected again: as long as a retry would have taken. */
async function aRetryLater(): Promise<void> {
  await until(await serve(['INTERNAL']), 'connected')
}

test('a server that refuses a connection for now is asked again', async () => {
  const refusals = ['INTERNAL', 'RATE_LIMITED']
  const client = await serve(refusals)
  await until(client, 'connected')
  expect(refusals).toEqual([])
})

test('after UNAUTHENTICATED or PROTOCOL_MISMATCH the client does not connect again before `reconnect` is called', async () => {
  const refusals = ['UNAUTHENTICATED', 'PROTOCOL_MISMATCH']
  const client = await serve(refusals)
  await until(client, 'unauthorized')
  expect(client.connection.get().refusals).toBe(1)
  await aRetryLater()
  expect(refusals).toEqual(['PROTOCOL_MISMATCH'])
  client.reconnect()
  await until(client, 'outdated')
  await aRetryLater()
  expect(client.connection.get().state).toBe('outdated')
  expect(refusals).toEqual([])
  client.reconnect()
  await until(client, 'connected')
})

test('a call says whether it was not asked, refused, or left without an answer', async () => {
  const client = await serve([], (socket) => {
    socket.on('call', (operation: string, _input: unknown, ack: (reply: unknown) => void) => {
      if (operation === 'server.backup') return socket.disconnect(true)
      return operation === 'stats.get'
        ? ack({ ok: true, value: { totalPlugins: 1 } })
        : ack({ ok: false, error: { code: 'FORBIDDEN', message: 'no', details: null } })
    })
  })
  await expect(client.call('stats.get', {})).resolves.toEqual({ totalPlugins: 1 })
  await expect(client.call('bus.reset', {})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  const large = { id: 'one', config: { text: 'x'.repeat(600_000) } }
  await expect(client.call('config.set', large)).rejects.toMatchObject({ code: 'TOO_LARGE' })
  await expect(client.call('stats.get', {})).resolves.toEqual({ totalPlugins: 1 })
  await expect(client.call('server.backup', {})).rejects.toMatchObject({ code: 'NO_ANSWER' })
  await until(client, 'reconnecting')
  await expect(client.call('stats.get', {})).rejects.toMatchObject({ code: 'DISCONNECTED' })
  await until(client, 'connected')
})

test('a call right after the start waits for the connection, and says why there will be none', async () => {
  const answer = (socket: Socket): void => {
    socket.on('call', (_operation: string, _input: unknown, ack: (reply: unknown) => void) =>
      ack({ ok: true, value: 1 }),
    )
  }
  const client = await serve(['RATE_LIMITED'], answer)
  const [first] = await Promise.all([client.call('stats.get', {}), client.ready()])
  expect(first).toBe(1)
  for (const code of ['UNAUTHENTICATED', 'PROTOCOL_MISMATCH'])
    await expect((await serve([code])).call('stats.get', {})).rejects.toMatchObject({ code })
  const late = await serve(Array.from({ length: 9 }, () => 'RATE_LIMITED'))
  await expect(late.ready(100)).rejects.toMatchObject({
    code: 'DISCONNECTED',
    message: expect.stringContaining('100 ms'),
  })
  const waiting = expect(late.ready()).rejects.toMatchObject({
    code: 'DISCONNECTED',
    message: expect.stringContaining('closed'),
  })
  late.close()
  await waiting
  await expect(late.call('stats.get', {})).rejects.toMatchObject({ code: 'DISCONNECTED' })
})

test('a call right after a new token waits for the connection that it opens', async () => {
  const client = await serve(['UNAUTHENTICATED'], (socket) =>
    socket.on('call', (_operation: string, _input: unknown, answer: (value: unknown) => void) =>
      answer({ ok: true, value: [] }),
    ),
  )
  await until(client, 'unauthorized')
  client.setToken('a new one')
  await expect(client.call('plugins.list', {})).resolves.toEqual([])
  client.setToken('another one')
  await expect(client.call('plugins.list', {})).resolves.toEqual([])
})
