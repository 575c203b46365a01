import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync, statfsSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test, type TestContext } from 'vitest'
import { tempFolder, writePlugin } from '../support.ts'
import { ServerProcess } from './server-process.ts'

const DISK_BYTES = 16 * 1_024 * 1_024

/** A small disk of its own; where this machine lets nobody mount one, the test says so and is not run. */
async function mountDisk({ skip }: TestContext): Promise<string> {
  const disk = join(await tempFolder(), 'disk')
  await mkdir(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', disk], { stdio: 'pipe' })
  } catch (error) {
    skip(`nobody may mount a disk here: ${String((error as Error).message).split('\n')[0]}`)
  }
  onTestFinished(() => void execFileSync('umount', ['-l', disk]))
  return disk
}

function fill(disk: string): string {
  const file = join(disk, 'filler')
  const fd = openSync(file, 'w')
  try {
    for (let size = 65_536; size >= 1; size = Math.floor(size / 4)) {
      const chunk = Buffer.alloc(size)
      try {
        for (;;) writeSync(fd, chunk)
      } catch {
        // Full at this size: the rest in smaller pieces.
      }
    }
  } finally {
    closeSync(fd)
  }
  expect(statfsSync(disk).bavail).toBe(0)
  return file
}

async function startWithPlugin(dataDir: string): Promise<ServerProcess> {
  const server = await ServerProcess.start(dataDir, { PLUGBOARD_BUNDLED: 'rolling-stats' })
  const path = await writePlugin('one', { configSchema: { type: 'object', properties: { n: { type: 'number' } } } })
  expect((await server.ask('POST', '/plugins', { path }))?.status).toBe(201)
  return server
}

/** Changes are refused with one sentence, reads still work, the plugins keep running, and no state has changed. */
async function expectReadOnly(server: ServerProcess, trouble: string, sentence: RegExp): Promise<void> {
  for (const [method, path, body] of [
    ['POST', '/plugins/one/disable'],
    ['PUT', '/plugins/one/config', { config: { n: 5 } }],
    ['DELETE', '/plugins/rolling-stats'],
    ['PUT', '/plugins/one/permissions', { granted: ['NetworkAccess'] }],
    ['PUT', '/plugins/one/restart-policy', { policy: 'always' }],
  ] as const) {
    const answer = await server.ask(method, path, body)
    expect(answer).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE', details: { trouble } } })
    expect(answer!.body.message).toMatch(sentence)
  }
  const view = await server.ask('GET', '/plugins/one')
  expect(view).toMatchObject({
    status: 200,
    body: { state: 'active', enabled: true, configRevision: 1, restartPolicy: 'on-crash' },
  })
  expect((await server.ask('GET', '/plugins/one/permissions'))?.body.granted).toEqual(['ReadVmState'])
  expect((await server.ask('GET', '/plugins/rolling-stats'))?.body.state).toBe('active')
  const ready = await fetch(`${server.url}/readyz`)
  expect(await ready.json()).toEqual({ ready: true, store: trouble })
}

/** What was acknowledged is there, and the file is whole. */
async function expectKept(dataDir: string): Promise<void> {
  const again = await ServerProcess.start(dataDir)
  expect((await again.ask('GET', '/plugins/one'))?.body).toMatchObject({ state: 'active', configRevision: 1 })
  expect((await again.ask('GET', '/audit/verification'))?.body.brokenAt).toBeNull()
  await again.stop()
}

async function expectMended(server: ServerProcess, dataDir: string): Promise<void> {
  expect((await server.ask('PUT', '/plugins/one/config', { config: { n: 7 } }))?.status).toBe(200)
  expect((await server.ask('POST', '/plugins/one/disable'))?.body.state).toBe('loaded')
  const ready = await fetch(`${server.url}/readyz`)
  expect(await ready.json()).toEqual({ ready: true, store: null })
  await server.stop()
  const again = await ServerProcess.start(dataDir)
  expect((await again.ask('GET', '/plugins/one'))?.body).toMatchObject({ state: 'loaded', configRevision: 2 })
  expect((await again.ask('GET', '/plugins/one/config'))?.body.config).toEqual({ n: 7 })
  // What was refused while nothing could be written is in the audit now.
  const audit = (await again.ask('GET', '/audit?limit=50'))!.body
  expect(audit.filter(({ result }: { result: string }) => result === 'STORE_UNAVAILABLE')).toHaveLength(5)
  expect((await again.ask('GET', '/audit/verification'))?.body.brokenAt).toBeNull()
  await again.stop()
}

test('a full disk refuses changes, loses nothing, and is over when there is room', async (context) => {
  const disk = await mountDisk(context)
  const dataDir = join(disk, 'data')
  const server = await startWithPlugin(dataDir)
  const filler = fill(disk)
  await expectReadOnly(server, 'full', /^The disk of the data folder is full: make room/)
  // A server that ends now leaves its log beside the file: that is no damage.
  await server.kill()
  rmSync(filler)
  await expect(expectKept(dataDir)).resolves.toBeUndefined()
})

test('a full disk that gets room again is written to at once', async (context) => {
  const disk = await mountDisk(context)
  const dataDir = join(disk, 'data')
  const server = await startWithPlugin(dataDir)
  const filler = fill(disk)
  expect((await server.ask('POST', '/plugins/one/disable'))?.status).toBe(503)
  for (let n = 0; n < 4; n += 1) expect((await server.ask('POST', '/plugins/one/disable'))?.status).toBe(503)
  rmSync(filler)
  await expect(expectMended(server, dataDir)).resolves.toBeUndefined()
})

test('a read-only data folder stops a start with one sentence', async (context) => {
  const disk = await mountDisk(context)
  execFileSync('mount', ['-o', 'remount,ro', disk])
  await expect(ServerProcess.start(join(disk, 'data'))).rejects.toThrow(
    /^The data folder .*\/data cannot be used\. The data folder cannot be written: make it writable for this user\.$/,
  )
})

test('a full disk stops a first start with one sentence', async (context) => {
  const disk = await mountDisk(context)
  const dataDir = join(disk, 'data')
  await mkdir(dataDir)
  fill(disk)
  await expect(ServerProcess.start(dataDir)).rejects.toThrow(/The disk of the data folder is full: make room on it\./)
})

test('a database that is locked by another program refuses changes until that is gone', async () => {
  const dataDir = await tempFolder()
  const server = await startWithPlugin(dataDir)
  const outside = new DatabaseSync(join(dataDir, 'plugboard.db'), { timeout: 10_000 })
  outside.exec('begin immediate')
  await expectReadOnly(server, 'locked', /^The database is locked by another program/)
  outside.exec('rollback')
  outside.close()
  await expect(expectMended(server, dataDir)).resolves.toBeUndefined()
})

test('an update that is kept while nothing can be written is on disk later, and the version before it is the way back', async () => {
  const dataDir = await tempFolder()
  const log = join(await tempFolder(), 'log')
  const server = await ServerProcess.start(dataDir, { PLUGBOARD_LOG_LEVEL: 'warn' }, openSync(log, 'w'))
  for (const version of ['1.0.0', '1.1.0'])
    expect((await server.ask('POST', '/versions', { path: await writePlugin('one', { version }) }))?.status).toBe(201)
  expect((await server.ask('POST', '/plugins', { id: 'one', version: '1.0.0' }))?.status).toBe(201)
  const updated = await server.ask('POST', '/plugins/one/update', { version: '1.1.0', watchSeconds: 2 })
  expect(updated).toMatchObject({ status: 200, body: { update: { phase: 'watching' } } })
  const outside = new DatabaseSync(join(dataDir, 'plugboard.db'), { timeout: 10_000 })
  outside.exec('begin immediate')
  const phase = async (): Promise<unknown> => (await server.ask('GET', '/plugins/one'))?.body.update.phase
  await expect.poll(phase, { timeout: 20_000 }).toBe('settled')
  // The write waits for the lock for a while before it fails.
  await expect
    .poll(() => readFileSync(log, 'utf8'), { timeout: 20_000 })
    .toContain('how far an update has come could not be written')
  outside.exec('rollback')
  outside.close()
  const ran = (): unknown => {
    const [row] = readRows(join(dataDir, 'plugboard.db'), "select setup from plugins where id = 'one'")
    return JSON.parse(row!.setup as string).ran
  }
  await expect.poll(ran, { timeout: 20_000 }).toEqual(['1.0.0'])
  await server.stop()
  const again = await ServerProcess.start(dataDir)
  expect((await again.ask('POST', '/plugins/one/rollback', { dryRun: true }))?.body.to).toBe('1.0.0')
  await again.stop()
})

function readRows(file: string, query: string): Record<string, unknown>[] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return database.prepare(query).all()
  } finally {
    database.close()
  }
}

test('a database cut short, and a file of somebody else, stop a start with one sentence, and stay as they are', async () => {
  const dataDir = await tempFolder()
  const server = await startWithPlugin(dataDir)
  await server.stop()
  const file = join(dataDir, 'plugboard.db')
  const { size } = await stat(file)
  truncateSync(file, size - 8_192)
  await expect(ServerProcess.start(dataDir)).rejects.toThrow(
    'The database plugboard.db is damaged or cut short: put a backup back with `plugboard restore`.',
  )
  expect((await stat(file)).size).toBe(size - 8_192)

  const text = 'somebody else’s notes\n'.repeat(200)
  writeFileSync(file, text)
  await expect(ServerProcess.start(dataDir)).rejects.toThrow(
    'The file plugboard.db is not a database of Plugboard: move it away, or name another data folder.',
  )
  expect((await stat(file)).size).toBe(Buffer.byteLength(text))
})

test('a second server on the same folder stops with one sentence, and harms nobody', async () => {
  const dataDir = await tempFolder()
  const server = await startWithPlugin(dataDir)
  await expect(ServerProcess.start(dataDir)).rejects.toThrow(
    /^The data folder .* is in use by another Plugboard server/,
  )
  expect((await server.ask('GET', '/plugins/one'))?.body.state).toBe('active')
  await server.stop()
})
