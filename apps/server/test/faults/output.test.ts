import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, Socket, type Server } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder, TOKEN, writePlugin } from '../support.ts'
import { ServerProcess } from './server-process.ts'

/** More than the server holds back, and a pipe or a socket besides. */
const LINES = 400
const LINE_CHARS = 8_000
const BATCH = 50
/** SIGTERM ends the server within 20 s, whatever its output does; the rest is for a slow machine. */
const ENDS_WITHIN_MS = 25_000

/** A named pipe, opened for reading by this process and for writing by the server. Nothing reads it unless the test does. */
async function openPipe(): Promise<{ readonly readEnd: number; readonly writeEnd: number }> {
  const path = join(await tempFolder(), 'pipe')
  execFileSync('mkfifo', [path])
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writeEnd = openSync(path, constants.O_WRONLY)
  onTestFinished(() => closeSync(writeEnd))
  return { readEnd, writeEnd }
}

async function startLogger(stderr: number, env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await ServerProcess.start(await tempFolder(), { PLUGBOARD_LOG_LEVEL: 'info', ...env }, stderr)
  await loadLogger(server.url)
  return server
}

async function loadLogger(url: string): Promise<void> {
  const path = await writePlugin('logger', { plugin: 'logs-events', events: ['test.line'] })
  expect((await post(url, '/plugins', { path })).status).toBe(201)
}

async function logMuch(url: string): Promise<void> {
  for (let first = 0; first < LINES; first += BATCH) {
    const events = Array.from({ length: BATCH }, (_, index) => {
      const n = first + index
      const data = { level: 'info', text: 'x'.repeat(LINE_CHARS), n }
      return { specversion: '1.0', id: String(n), source: 'test', type: 'test.line', data }
    })
    expect((await post(url, '/events', events, 'application/cloudevents-batch+json')).status).toBe(202)
  }
}

async function post(url: string, path: string, body: unknown, type = 'application/json'): Promise<Response> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': type }
  return await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** The counter of lost lines in `/metrics`. */
async function lostLines(url: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
  return Number(/^plugboard_log_lines_lost_total (\d+)$/m.exec(await response.text())![1])
}

/**
 * Logs much, and checks that what is logged is lost and counted while everything else works.
 * @returns how the server ended, once it was told to
 */
async function serveAndEnd(url: string, terminate: () => Promise<number | null>): Promise<number | null> {
  await logMuch(url)
  await expect.poll(() => lostLines(url), { timeout: 20_000 }).toBeGreaterThan(0)
  await expect
    .poll(() => readPlugin(url), { timeout: 20_000 })
    .toMatchObject({ state: 'active', lastError: null, stats: { eventsProcessed: LINES } })
  const startedAt = performance.now()
  const code = await terminate()
  expect(performance.now() - startedAt).toBeLessThan(ENDS_WITHIN_MS)
  return code
}

async function runToEnd(server: ServerProcess): Promise<number | null> {
  return await serveAndEnd(server.url, async () => (await server.signal('SIGTERM')).code)
}

async function readPlugin(url: string): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/plugins/logger`, { headers: { authorization: `Bearer ${TOKEN}` } })
  return await response.json()
}

test('a server whose stderr has no space left serves, counts the lines that it loses, and ends on SIGTERM', async () => {
  const full = openSync('/dev/full', 'w')
  onTestFinished(() => closeSync(full))
  expect(await runToEnd(await startLogger(full))).toBe(0)
}, 60_000)

test('a server whose stderr is a pipe that nothing reads serves, counts, and ends on SIGTERM', async () => {
  const { readEnd, writeEnd } = await openPipe()
  onTestFinished(() => closeSync(readEnd))
  expect(await runToEnd(await startLogger(writeEnd))).toBe(0)
}, 60_000)

test('a server whose stderr is a pipe without a reader serves, counts, and ends on SIGTERM', async () => {
  const { readEnd, writeEnd } = await openPipe()
  const server = await startLogger(writeEnd)
  closeSync(readEnd)
  expect(await runToEnd(server)).toBe(0)
}, 60_000)

test('a server whose stderr is a socket that nothing reads serves, counts, and ends on SIGTERM', async () => {
  const path = join(await tempFolder(), 'socket')
  const listener: Server = createServer({ pauseOnConnect: true }).listen(path)
  await once(listener, 'listening')
  const accepted = once(listener, 'connection') as Promise<[Socket]>
  const socket = new Socket().connect(path)
  await once(socket, 'connect')
  const [peer] = await accepted
  onTestFinished(() => {
    peer.destroy()
    socket.destroy()
    listener.close()
  })
  const { fd } = (socket as unknown as { readonly _handle: { readonly fd: number } })._handle
  expect(await runToEnd(await startLogger(fd))).toBe(0)
}, 60_000)

test('a server whose terminal is closed serves, counts, and ends on SIGTERM', async () => {
  const folder = await tempFolder()
  const file = (name: string): string => join(folder, name)
  const read = async (name: string): Promise<string> => (await readFile(file(name), 'utf8').catch(() => '')).trim()
  // `script` opens a terminal. The server has a session of its own, so that no SIGHUP ends it.
  const main = new URL('../../dist/main.mjs', import.meta.url).pathname
  await writeFile(
    file('run'),
    `'${process.execPath}' --disable-warning=ExperimentalWarning '${main}' >'${file('out')}' &
     echo $! >'${file('pid')}'; wait $!; echo $? >'${file('code')}'`,
  )
  const terminal = spawn('script', ['-q', '-c', `setsid --wait sh '${file('run')}'`, '/dev/null'], {
    env: {
      PATH: process.env.PATH,
      PLUGBOARD_PORT: '0',
      PLUGBOARD_API_TOKEN: TOKEN,
      PLUGBOARD_DATA_DIR: file('data'),
      PLUGBOARD_BUNDLED: 'none',
    },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  onTestFinished(async () => {
    terminal.kill('SIGKILL')
    if ((await read('code')) === '') process.kill(Number(await read('pid')), 'SIGKILL')
  })
  await expect.poll(() => read('out'), { timeout: 20_000 }).toContain('Plugboard is running')
  const url = /http:\/\/[\d.:]+/.exec(await read('out'))![0]
  await loadLogger(url)
  terminal.kill('SIGKILL')
  await once(terminal, 'exit')
  const code = await serveAndEnd(url, async () => {
    process.kill(Number(await read('pid')), 'SIGTERM')
    await expect.poll(() => read('code'), { timeout: ENDS_WITHIN_MS }).not.toBe('')
    return Number(await read('code'))
  })
  expect(code).toBe(0)
}, 60_000)

test('a stderr that is read again gets the lines that waited, and one that says how many are lost', async () => {
  const { readEnd, writeEnd } = await openPipe()
  const server = await startLogger(writeEnd)
  await logMuch(server.url)
  await expect
    .poll(() => readPlugin(server.url), { timeout: 20_000 })
    .toMatchObject({ stats: { eventsProcessed: LINES } })
  await expect.poll(() => lostLines(server.url), { timeout: 20_000 }).toBeGreaterThan(0)
  const lost = await lostLines(server.url)

  let text = ''
  const reader = new Socket({ fd: readEnd, readable: true, writable: false })
  onTestFinished(() => void reader.destroy())
  reader.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await expect.poll(() => text, { timeout: 20_000 }).toContain('lines of this log were lost')
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; lines?: number; fields?: { n: number } })
  expect(lines.find(({ msg }) => msg.startsWith('lines of this log were lost'))).toMatchObject({ lines: lost })
  // Each line is whole, and the first ones are there, in order.
  const numbers = lines.flatMap(({ fields }) => fields?.n ?? [])
  expect(numbers).toEqual(numbers.map((_, index) => index))
  // Among the lost ones may be those of the requests, of which each is a line of its own.
  const requests = LINES / BATCH
  expect(numbers.length).toBeGreaterThanOrEqual(LINES - lost)
  expect(numbers.length).toBeLessThanOrEqual(LINES - lost + requests)
  await server.stop()
}, 60_000)

test('a server that crashes while nothing reads its stderr ends with 1', async () => {
  const { readEnd, writeEnd } = await openPipe()
  onTestFinished(() => closeSync(readEnd))
  const crash = `process.on('SIGUSR2', () => { throw new Error('a fault of the server') })`
  const server = await startLogger(writeEnd, {
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(crash)}`,
  })
  await logMuch(server.url)
  await expect.poll(() => lostLines(server.url), { timeout: 20_000 }).toBeGreaterThan(0)
  expect(await server.signal('SIGUSR2')).toEqual({ code: 1, signal: null })
}, 60_000)
