import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder, writePlugin } from './support.ts'

const MAIN = new URL('../dist/main.mjs', import.meta.url).pathname

async function start(
  env: Record<string, string>,
): Promise<{ child: ChildProcess; out: () => string; err: () => string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
    env: { PATH: process.env.PATH, PLUGBOARD_DATA_DIR: await tempFolder(), PLUGBOARD_LOG_LEVEL: 'silent', ...env },
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, out: () => out, err: () => err }
}

test('prints its address and the link that makes the owner, and ends cleanly on one or several signals', async () => {
  const { child, out } = await start({ PLUGBOARD_PORT: '0' })
  await expect
    .poll(out, { timeout: 15_000 })
    .toMatch(
      /^Plugboard is running at (http:\/\/127\.0\.0\.1:\d+)\/\nThere is no account yet\. .* \1\/set-up#token=[\w-]{32}\n$/,
    )
  child.kill('SIGINT')
  child.kill('SIGINT')
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])

  // What it compiled is there for the next start, and for this user alone.
  const cache = new URL('../dist/compile-cache', import.meta.url)
  expect((await stat(cache)).mode & 0o777).toBe(0o700)
  expect((await readdir(cache, { recursive: true })).length).toBeGreaterThan(10)
})

test('a connection whose request was under way, and that stays open after it, does not hold up its end', async () => {
  const token = 'a-token-of-the-tests'
  const { child, out } = await start({ PLUGBOARD_PORT: '0', PLUGBOARD_BUNDLED: 'none', PLUGBOARD_API_TOKEN: token })
  await expect.poll(out, { timeout: 15_000 }).toContain('Plugboard is running')
  const path = await writePlugin('slow', {
    plugin: 'slow-start',
  })
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const plugins = `${/http:[\d./:]+/.exec(out())![0]}api/v1/plugins`
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const asked = request(plugins, { method: 'POST', agent, headers })
  asked.on('error', () => {}).on('response', (response) => response.resume())
  asked.end(JSON.stringify({ path }))
  await expect
    .poll(async () => await (await fetch(plugins, { headers })).json())
    .toMatchObject([{ id: 'slow', state: 'initializing' }])
  child.kill('SIGTERM')
  // By its deadline it would end with 1.
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('a port in use stops it with one sentence', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as { port: number }
  const { child, err } = await start({ PLUGBOARD_PORT: String(port) })
  expect(await once(child, 'exit')).toEqual([1, null])
  expect(err().trim()).toBe(
    `Port ${port} on 127.0.0.1 is in use; stop what listens there, or set PLUGBOARD_PORT to another one.`,
  )
})

test('a data folder that cannot be made stops it with one sentence', async () => {
  const { child, err } = await start({ PLUGBOARD_PORT: '0', PLUGBOARD_DATA_DIR: '/proc/no/such' })
  expect(await once(child, 'exit')).toEqual([1, null])
  expect(err()).toContain('The data folder /proc/no/such cannot be used.')
})

test('a bad setting stops it with one sentence', async () => {
  const { child, err } = await start({ PLUGBOARD_PORT: 'eighty' })
  expect(await once(child, 'exit')).toEqual([1, null])
  expect(err().trim()).toBe('PLUGBOARD_PORT is "eighty", but a port is a whole number from 0 to 65535.')
})
