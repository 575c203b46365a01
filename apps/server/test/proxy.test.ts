import { PlugboardClient } from '@plugboard/client'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { needProgram } from './debian.ts'
import { startApp, tempFolder, TOKEN } from './support.ts'

const INSTALLS = { timeout: 180_000 }

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** nginx in front of a server, on loopback. @returns its address */
async function startNginx(
  target: string,
  { port, location, path = '/' }: { port: number; location: string; path?: string },
): Promise<string> {
  const folder = await tempFolder()
  await mkdir(join(folder, 'logs'))
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ')
  const config = `daemon off; pid ${folder}/pid; error_log ${folder}/logs/error.log; worker_processes 1;
events { worker_connections 64; }
http { access_log off; ${paths}
  server { listen 127.0.0.1:${port}; location ${path} { proxy_pass ${target}; proxy_set_header Host $host:$server_port; ${location} } } }`
  await writeFile(join(folder, 'nginx.conf'), config)
  const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' })
  onTestFinished(async () => {
    if (nginx.exitCode !== null) return
    nginx.kill('SIGTERM')
    await once(nginx, 'exit')
  })
  const address = `http://127.0.0.1:${port}${path.replace(/\/$/, '')}`
  await expect
    .poll(() =>
      fetch(`${address}/healthz`).then(
        ({ status }) => status,
        () => null,
      ),
    )
    .toBe(200)
  return address
}

test.for([
  [
    'upgrades WebSockets',
    'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;',
  ],
  ['lets no WebSocket through', ''],
])('behind nginx that %s, a client connects, calls and gets deltas', INSTALLS, async ([, location = ''], { skip }) => {
  const missing = await needProgram('nginx', 'nginx-light')
  if (missing) skip(missing)
  const app = await startApp()
  const url = await startNginx(app.url, { port: await freePort(), location })
  const client = new PlugboardClient({ url, token: TOKEN })
  onTestFinished(() => client.close())
  expect(await client.call('plugins.list', {})).toEqual([])
  const board = client.topic('board')
  onTestFinished(board.subscribe(() => {}))
  await expect.poll(() => board.get().state).not.toBeNull()
})

test.for([
  ['takes the path off', '/board/', '/'],
  ['leaves the path on', '/board', ''],
])(
  'under a path, behind nginx that %s, pages, calls and deltas work',
  INSTALLS,
  async ([, path = '', rest = ''], { skip }) => {
    const missing = await needProgram('nginx', 'nginx-light')
    if (missing) skip(missing)
    const app = await startApp({ PLUGBOARD_BASE_PATH: '/board' })
    expect(app.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/board$/)
    const location =
      'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;'
    const origin = new URL(app.url).origin
    const url = await startNginx(`${origin}${rest}`, { port: await freePort(), location, path })
    const client = new PlugboardClient({ url, token: TOKEN })
    onTestFinished(() => client.close())
    expect(await client.call('plugins.list', {})).toEqual([])
    const board = client.topic('board')
    onTestFinished(board.subscribe(() => {}))
    await expect.poll(() => board.get().state).not.toBeNull()
    expect(await (await fetch(`${url}/api/docs`)).text()).toContain('href="/board/icon.svg"')
    const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as { servers: unknown }
    expect(document.servers).toMatchObject([{ url: '/board' }])
  },
)

test(
  'behind a proxy that says ip:port, one address that guesses wrongly does not lock out another',
  INSTALLS,
  async () => {
    const app = await startApp({ PLUGBOARD_BEHIND_PROXY: '1', PLUGBOARD_ORIGINS: 'https://board.example' })
    const signIn = (address: string) =>
      fetch(`${app.url}/api/auth/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address, origin: 'https://board.example' },
        body: JSON.stringify({ email: 'nobody@example.com', password: 'a wrong password' }),
      }).then(({ status }) => status)
    for (let n = 0; n < 6; n += 1) await signIn('192.0.2.7:50312')
    expect(await signIn('192.0.2.7:50999')).toBe(429)
    expect(await signIn('192.0.2.8:50312')).toBe(401)
  },
)

test('probes are answered whatever name they came by; a refusal names the setting', async () => {
  const app = await startApp()
  /** The status, and the answer. */
  const ask = (path: string, headers: Record<string, string> = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      get(app.url + path, { headers: { host: 'node-7.cluster', ...headers } }, (response) => {
        let text = `${response.statusCode} `
        response.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => resolve(text))
      }).on('error', reject)
    })
  expect(await ask('/healthz')).toMatch(/^200 /)
  expect(await ask('/readyz')).toMatch(/^200 /)
  expect(await ask('/metrics', { authorization: `Bearer ${TOKEN}` })).toMatch(/^200 /)
  expect(await ask('/metrics')).toMatch(/^401 /)
  expect(await ask('/')).toMatch(/^403 .*PLUGBOARD_ORIGINS/)
  expect(await ask('/api/v1', { host: `LOCALHOST:${new URL(app.url).port}` })).not.toContain('HOST_REFUSED')
})

test('a refused origin tells the client why', async () => {
  const app = await startApp()
  const client = new PlugboardClient({ url: app.url, token: TOKEN, headers: { origin: 'https://unlisted.example' } })
  onTestFinished(() => client.close())
  await expect.poll(() => client.connection.get()).toMatchObject({ state: 'connecting', reason: 'ORIGIN_REFUSED' })
})

test('Prometheus finds nothing to complain about in the metrics', INSTALLS, async ({ skip }) => {
  const missing = await needProgram('promtool', 'prometheus')
  if (missing) skip(missing)
  const app = await startApp({ PLUGBOARD_BUNDLED: 'rolling-stats' })
  const metrics = await fetch(`${app.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
  const promtool = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [promtool.stdout, promtool.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()))
  promtool.stdin.end(await metrics.text())
  const [code] = (await once(promtool, 'close')) as [number]
  expect({ said, code }).toEqual({ said: '', code: 0 })
})

test('a client that offers HTTP/2 by an upgrade is answered by HTTP/1.1', async () => {
  const app = await startApp()
  const headers = {
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'AAMAAABkAAQCAAAAAAIAAAAA',
  }
  const status = await new Promise((resolve, reject) => {
    get(`${app.url}/healthz`, { headers }, (response) => resolve(response.resume().statusCode)).on('error', reject)
  })
  expect(status).toBe(200)
})
