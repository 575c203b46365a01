import { startPlugin } from '@plugboard/plugin-sdk/testing'
import { createHmac } from 'node:crypto'
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import webhookNotifier, { type WebhookConfig } from './index.ts'
import { Outbox } from './outbox.ts'

const ALERT = {
  type: 'alert.raised',
  data: { metric: 'system.cpu.utilization', value: 0.97 },
} as const

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver on loopback that answers as it is told, then 204. */
async function startReceiver(...answers: readonly (number | 'hang')[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const waiting = [...answers]
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      received.push({ headers: request.headers, body })
      const answer = waiting.shift() ?? 204
      if (answer !== 'hang') response.writeHead(answer, { 'retry-after': '0' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received }
}

async function start(config: Partial<WebhookConfig>, dataPath?: string) {
  const folder = dataPath ?? (await mkdtemp(join(tmpdir(), 'plugboard-webhook-')))
  if (!dataPath) onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const host = await startPlugin(webhookNotifier, {
    dataPath: folder,
    config: { timeoutSeconds: 1, giveUpAfterHours: 1, url: 'http://127.0.0.1:1/', ...config },
  })
  const status = () =>
    host.plugin.status!() as Record<'pending' | 'delivered' | 'attempts' | 'refused' | 'givenUp', number>
  return { host, folder, status }
}

test('posts an event with an id, a time and a signature that its receiver can check', async () => {
  const { url, received } = await startReceiver()
  const secret = `whsec_${Buffer.from('a-key-of-many-bytes').toString('base64')}`
  const { host, status } = await start({ url, secret })
  await host.send(ALERT)
  await expect.poll(() => status().delivered).toBe(1)
  await host.stop()

  const [{ headers, body }] = received as [Received]
  expect(JSON.parse(body)).toMatchObject({ type: 'alert.raised', event: { data: { value: 0.97 } } })
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
  const expected = createHmac('sha256', 'a-key-of-many-bytes').update(signed).digest('base64')
  expect(headers['webhook-signature']).toBe(`v1,${expected}`)
  expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1_000)).toBeLessThan(10)
})

test('tries again, under the same id, until it is taken; those behind it wait their turn', async () => {
  const { url, received } = await startReceiver(500, 'hang')
  const { host, status } = await start({ url, timeoutSeconds: 0.2 })
  await host.send(ALERT)
  await host.send({ ...ALERT, type: 'alert.cleared' })
  const began = performance.now()
  await expect.poll(() => status().delivered).toBe(2)
  await host.stop()
  // A receiver that says "at once" is not hammered.
  expect(performance.now() - began).toBeGreaterThan(2_900)
  const ids = received.map(({ headers }) => headers['webhook-id'])
  expect(new Set(ids.slice(0, 3)).size).toBe(1)
  expect(received.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
    'alert.raised',
    'alert.raised',
    'alert.raised',
    'alert.cleared',
  ])
  expect(host.logs.map(({ message }) => message).join()).toContain('the receiver answered 500')
})

test('an answer of 400 is final: the event becomes a dead letter and a warning, and holds up no other', async () => {
  const { url, received } = await startReceiver(400, 204)
  const { host, status } = await start({ url })
  await host.send(ALERT)
  await expect.poll(() => status().refused).toBe(1)
  expect(host.health).toEqual({ level: 'degraded', message: expect.stringContaining('the receiver answered 400') })
  expect(host.deadLetters).toMatchObject([
    { event: { type: 'alert.raised' }, error: { message: 'the receiver answered 400' } },
  ])
  await host.send({ ...ALERT, type: 'alert.cleared' })
  await expect.poll(() => status().delivered).toBe(1)
  expect(host.health.level).toBe('ok')
  expect(received).toHaveLength(2)
  expect(status()).toMatchObject({ pending: 0, givenUp: 0 })
})

test.each([429, 503])('an answer of %i is tried again, and what waits is a warning until then', async (answer) => {
  const { url } = await startReceiver(answer)
  const { host, status } = await start({ url })
  await host.send(ALERT)
  await expect.poll(() => host.health.level).toBe('degraded')
  expect(host.health.message).toBe(`1 notification waits: the receiver answered ${answer}.`)
  await expect.poll(() => status().delivered).toBe(1)
  expect(host.health.level).toBe('ok')
  expect(host.deadLetters).toEqual([])
})

test('what nobody has taken outlives the plugin; a stop does not wait for a receiver', async () => {
  const silent = await startReceiver('hang')
  const first = await start({ url: silent.url, timeoutSeconds: 30 })
  await first.host.send(ALERT)
  await expect.poll(() => silent.received.length).toBe(1)
  const before = performance.now()
  await first.host.stop()
  expect(performance.now() - before).toBeLessThan(1_000)
  expect(await readdir(join(first.folder, 'outbox'))).toHaveLength(1)

  const { url, received } = await startReceiver()
  const { host, status } = await start({ url }, first.folder)
  await expect.poll(() => status().delivered).toBe(1)
  await host.stop()
  expect(received).toHaveLength(1)
  expect(await readdir(join(first.folder, 'outbox'))).toEqual([])
})

test('a notification that nobody takes for too long becomes a dead letter; a new config is tried at once', async () => {
  const { host, status } = await start({ giveUpAfterHours: 0 })
  await host.send(ALERT)
  await expect.poll(() => status().givenUp).toBe(1)
  expect(host.deadLetters).toMatchObject([
    { event: { type: 'alert.raised' }, error: { message: expect.stringContaining('in time') } },
  ])

  await host.updateConfig({ url: 'http://127.0.0.1:1/', timeoutSeconds: 1, giveUpAfterHours: 1 })
  await host.send(ALERT)
  await expect.poll(() => status().attempts).toBe(2)
  const { url, received } = await startReceiver()
  const began = performance.now()
  await host.updateConfig({ url, timeoutSeconds: 1, giveUpAfterHours: 1 })
  await expect.poll(() => received.length, { interval: 10 }).toBe(1)
  // The pause before the next attempt would be 1 s.
  expect(performance.now() - began).toBeLessThan(800)
  await host.stop()
})

test('a full outbox gives up the oldest but the one that is on its way', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-outbox-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const broken: string[] = []
  const outbox = await Outbox.open(folder, (name) => broken.push(name))
  const event = (n: number) => ({ ...ALERT, data: n, id: `e${n}`, at: n, source: 'test', origin: { node: 'here' } })
  for (let n = 0; n < 1_000; n += 1) await outbox.add(event(n))
  const inHand = (await outbox.first())!
  expect((await outbox.add(event(1_000)))!.event.data).toBe(1)
  expect(outbox).toMatchObject({ size: 1_000, evicted: 1 })
  await outbox.remove(inHand.name)
  const next = (await outbox.first())!
  expect(next.event).toMatchObject({ data: 2 })
  await truncate(join(folder, next.name), 20)
  expect((await outbox.first())!.event).toMatchObject({ data: 3 })
  expect(broken).toEqual([next.name])
})
