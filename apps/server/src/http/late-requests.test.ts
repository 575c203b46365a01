import Fastify from 'fastify'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { endLateRequests } from './late-requests.ts'

const WITHIN_MS = 150

async function listen(): Promise<number> {
  const app = Fastify()
  onTestFinished(() => app.close())
  endLateRequests(app, { withinMs: WITHIN_MS, mayTakeLonger: ({ url }) => url === '/patient' })
  for (const path of ['/', '/patient']) app.post(path, async ({ body }) => body)
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

/** Sends a body in two parts. @returns the whole answer */
async function ask(port: number, path: string, pauseMs: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const answer = text(socket)
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n`
  socket.write(`${head}Content-Length: 7\r\n\r\n{"a"`)
  await sleep(pauseMs)
  if (!socket.destroyed) socket.write(':1}')
  return answer
}

test('a body that is late ends its connection with 408; one that may take longer, or is in time, is answered', async () => {
  const port = await listen()
  expect(await ask(port, '/', WITHIN_MS * 3)).toMatch(/^HTTP\/1\.1 408 /)
  expect(await ask(port, '/patient', WITHIN_MS * 3)).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"a":1\}$/)
  expect(await ask(port, '/', 0)).toMatch(/^HTTP\/1\.1 200 /)
})
