import { createServer } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Listeners } from '@plugboard/core'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { Accounts } from '../src/auth/accounts.ts'
import { ApiTokens } from '../src/auth/api-tokens.ts'
import { Authenticator } from '../src/auth/authenticator.ts'
import { Invites } from '../src/auth/invites.ts'
import { LastSeen } from '../src/auth/last-seen.ts'
import { RequestGuard } from '../src/net/request-guard.ts'
import { SocketGateway } from '../src/gateway/socket-gateway.ts'
import { TopicHub } from '../src/gateway/topic-hub.ts'
import { openStore } from '../src/store/store.ts'
import { tempFolder, TOKEN } from './support.ts'

const MB = 1_024 * 1_024
const TOTAL_BYTES = 200 * MB
const DELTA_BYTES = 64 * 1_024

const log = pino({ level: 'silent' })
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** A masked text frame, https://www.rfc-editor.org/rfc/rfc6455#section-5.2. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text)
  const head =
    payload.length < 126 ? [0x81, 0x80 | payload.length] : [0x81, 0xfe, payload.length >> 8, payload.length & 255]
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload])
}

/** What is still in use after everything else has been collected, in bytes. */
function held(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test(
  'a client that stops reading while 200 MB would be sent costs the server less than 32 MB',
  { timeout: 60_000 },
  async () => {
    const dataDir = await tempFolder()
    await using store = await openStore(dataDir)
    const tokens = await ApiTokens.open({ store, log, environmentToken: TOKEN, onChange: () => {} })
    using accounts = await Accounts.open({ dataDir, key: Buffer.alloc(32, 1), secure: false, log, onChange: () => {} })
    const http = createServer().listen(0, '127.0.0.1')
    await once(http, 'listening')
    const hub = new TopicHub()
    const gateway = new SocketGateway({
      node: 'here',
      http,
      guard: new RequestGuard({ origins: [], isTls: false }),
      access: new Authenticator({
        accounts,
        tokens,
        invites: await Invites.open({ store, isEntitled: async () => false }),
        lastSeen: await LastSeen.open(store, log),
        changes: new Listeners(),
        onRefused: () => {},
      }),
      behindProxy: false,
      hub,
      runner: { run: async () => ({ ok: true, value: null }) } as never,
      log,
      snapshotOf: () => () => ({ rows: [] }),
    })
    onTestFinished(() => gateway.close())
    const { port } = http.address() as { port: number }

    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    let heard = ''
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')))
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    )
    await expect.poll(() => heard).toContain('"sid"')
    socket.write(frame(`40${JSON.stringify({ token: TOKEN })}`))
    await expect.poll(() => heard).toContain('["session"')
    socket.write(frame('421["subscribe","board",{}]'))
    await expect.poll(() => heard).toContain('431[')

    socket.pause()
    const payload = 'x'.repeat(DELTA_BYTES)
    const before = held()
    let most = 0
    for (let sent = 0; sent < TOTAL_BYTES; sent += DELTA_BYTES) {
      hub.publish('board', { payload })
      if (sent % MB === 0) await sleep(1)
      if (sent % (10 * MB) === 0) most = Math.max(most, held() - before)
    }
    console.log(`the server's memory grew by ${(most / MB).toFixed(1)} MB at most`)
    expect(most).toBeLessThan(32 * MB)

    // When the client reads again, the server tells it to request a new snapshot.
    heard = ''
    socket.resume()
    await expect.poll(() => heard).toContain('["resync","board"]')
  },
)
