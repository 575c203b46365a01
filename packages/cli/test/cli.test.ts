import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'

const PLUGBOARD = new URL('../bin/plugboard.mjs', import.meta.url).pathname
const TOKEN = 'a-token-of-the-tests'

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function run(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PLUGBOARD, ...args], {
    env: {
      PATH: process.env.PATH,
      PLUGBOARD_API_TOKEN: TOKEN,
      PLUGBOARD_LOG_LEVEL: 'silent',
      PLUGBOARD_BUNDLED: 'none',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function plugboard(...args: string[]): Promise<Ended> {
  const child = run(args)
  let [out, err] = ['', '']
  child.stdout!.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr!.on('data', (text: Buffer) => (err += text.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

async function start(dataDir: string, ...args: string[]): Promise<{ url: string; stop: () => Promise<void> }> {
  const child = run(['start', '--port', '0', '--data-dir', dataDir, ...args])
  onTestFinished(() => void child.kill('SIGKILL'))
  const [text] = (await once(child.stdout!, 'data')) as [Buffer]
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  }
  return { url: /http:\/\/[\d.:]+/.exec(text.toString())![0], stop }
}

/** A plugin that says how long its secret is. */
async function writeKeeper(): Promise<string> {
  const folder = join(await tempFolder(), 'keeper')
  await mkdir(folder)
  await writeFile(
    join(folder, 'index.mjs'),
    'export default { initialize({ config, logger }) { logger.info("a key of " + (config.key ?? "").length) } }',
  )
  const configSchema = { type: 'object', properties: { key: { type: 'string', writeOnly: true } } }
  const metadata = { id: 'keeper', version: '1.0.0', entryPoint: 'index.mjs', configSchema }
  await writeFile(join(folder, 'plugin.json'), JSON.stringify(metadata))
  return folder
}

test(
  'a backup of a running server is put back elsewhere, with accounts, plugins and secrets',
  { timeout: 60_000 },
  async () => {
    const [dataDir, elsewhere, folder] = await Promise.all([tempFolder(), tempFolder(), tempFolder()])
    const server = await start(dataDir, '--bundled', 'rolling-stats')
    const call = async (url: string, name: string, input: unknown = {}): Promise<any> => {
      const { code, out, err } = await plugboard('call', name, JSON.stringify(input), '--url', url)
      expect([code, err]).toEqual([0, ''])
      return JSON.parse(out)
    }
    await call(server.url, 'plugins.disable', { id: 'rolling-stats' })
    const keeper = await writeKeeper()
    await call(server.url, 'plugins.load', { path: keeper })
    await call(server.url, 'config.set', { id: 'keeper', config: { key: 'a hidden thing' } })
    await call(server.url, 'accounts.create', {
      name: 'Ada',
      email: 'ada@example.com',
      password: 'correct horse battery',
      role: 'viewer',
    })

    const target = join(folder, 'monday')
    const made = await plugboard('backup', target, '--data-dir', dataDir)
    expect(made).toMatchObject({ code: 0, err: '' })
    expect((await readdir(target)).sort()).toEqual([
      'accounts.db',
      'catalog',
      'manifest.json',
      'plugboard.db',
      'secret.key',
    ])
    expect((await stat(target)).mode & 0o777).toBe(0o700)
    expect((await plugboard('backup', target, '--data-dir', dataDir)).err).toContain('exists already')
    expect((await plugboard('restore', target, '--data-dir', dataDir)).err).toContain(
      'in use by another Plugboard server',
    )
    const operation = await call(server.url, 'server.backup')
    expect(await readdir(join(dataDir, operation.path))).toContain('manifest.json')
    await server.stop()

    expect(await plugboard('restore', target, '--data-dir', elsewhere)).toMatchObject({ code: 0 })
    const again = await start(elsewhere)
    expect(await call(again.url, 'plugins.get', { id: 'rolling-stats' })).toMatchObject({
      state: 'loaded',
      enabled: false,
    })
    // It can only say so with the key that came along.
    const line = { text: 'a key of 14', id: 'keeper' }
    await expect.poll(async () => (await call(again.url, 'logs.search', line)).length).toBe(1)
    expect(await call(again.url, 'accounts.list')).toMatchObject([{ email: 'ada@example.com' }])
    await again.stop()

    // What was there is kept, and a backup that was tampered with is refused.
    expect((await plugboard('restore', target, '--data-dir', elsewhere)).out).toMatch(/is in .*before-restore-/)
    await appendFile(join(target, 'plugboard.db'), 'x')
    expect(await plugboard('restore', target, '--data-dir', elsewhere)).toMatchObject({
      code: 1,
      err: 'The backup is damaged: plugboard.db is not what its manifest says.\n',
    })
  },
)

test('audit verify names the first broken row', { timeout: 30_000 }, async () => {
  const dataDir = await tempFolder()
  const server = await start(dataDir, '--safe')
  for (let n = 0; n < 3; n += 1) await plugboard('call', 'bus.reset', '{}', '--url', server.url)
  expect((await plugboard('audit', 'verify', '--data-dir', dataDir)).out).toMatch(
    /^The audit log is intact: 3 entries, the last one with hash [0-9a-f]{64}\.\n$/,
  )
  await server.stop()
  const database = new DatabaseSync(join(dataDir, 'plugboard.db'))
  database.exec("drop trigger audit_no_update; update audit set actor = 'nobody' where seq = 2")
  database.close()
  expect(await plugboard('audit', 'verify', '--data-dir', dataDir)).toMatchObject({
    code: 1,
    err: 'The audit log is broken at entry 2; the entries before it are intact.\n',
  })
})

test('what makes no sense is said in one sentence', async () => {
  expect(await plugboard('nope')).toMatchObject({
    code: 2,
    err: 'There is no command nope; `plugboard help` lists them.\n',
  })
  expect((await plugboard('start', '--help')).out).toContain('usage: plugboard start')
  expect((await plugboard('call', 'config.set', '--help')).out).toMatch(
    /\nconfig\.set, for \w+s: .*\.\nInput: \{ id, config, revision\?.* \}\.\n$/,
  )
  expect((await plugboard('call', 'no.such', '--help')).err).toContain('there is no operation no.such.')
  expect((await plugboard('backup')).err).toContain(
    'backup needs the folder to create.\nusage: plugboard backup <folder>',
  )
  expect((await plugboard('start', '--prot', '1')).err).toContain("Unknown option '--prot'")
  expect((await plugboard('start', '--port', 'x')).err).toContain('PLUGBOARD_PORT is "x"')
  expect(await plugboard('call', 'bus.reset', '{}', '--url', 'http://127.0.0.1:9')).toMatchObject({ code: 1 })
  expect((await plugboard('call', 'bus.reset', '{')).err).toContain('the input is not JSON.')
  expect((await plugboard('call', 'no.such')).err).toContain('there is no operation no.such.')
})

test(
  'a plugin is packed, installed, updated, pinned and taken back from the command line',
  { timeout: 60_000 },
  async () => {
    const [dataDir, out] = await Promise.all([tempFolder(), tempFolder()])
    const { url, stop } = await start(dataDir)
    const keeper = await writeKeeper()
    const say = async (...args: string[]): Promise<string> => {
      const { code, out: text, err } = await plugboard(...args, '--url', url)
      expect([code, err]).toEqual([0, ''])
      return text
    }
    const at = async (...args: string[]): Promise<any> => JSON.parse(await say(...args, '--json'))
    const packed = await plugboard('pack', keeper, '--out', out)
    expect(packed).toMatchObject({ code: 0, err: '' })
    expect(packed.out).toContain(join(out, 'keeper-1.0.0.tgz'))
    expect(await at('install', join(out, 'keeper-1.0.0.tgz'))).toMatchObject({ version: '1.0.0', isNew: true })
    expect(await say('load', 'keeper', '1.0.0')).toBe('keeper 1.0.0 is active.\n')
    const next = { id: 'keeper', version: '2.0.0', entryPoint: 'index.mjs' }
    await writeFile(join(keeper, 'plugin.json'), JSON.stringify(next))
    expect(await say('install', keeper)).toBe('keeper 2.0.0 is installed; it is not signed.\n')
    expect(await say('update', 'keeper', '2.0.0', '--dry-run')).toMatch(
      /^keeper 1\.0\.0 → 2\.0\.0\nIn the way: 2\.0\.0 is another major version than 1\.0\.0\. To accept that: --accept major\n1\. 2\.0\.0 is imported/,
    )
    expect(await at('update', 'keeper', '2.0.0', '--dry-run')).toMatchObject({ gates: [{ code: 'major' }] })
    const refused = await plugboard('update', 'keeper', '2.0.0', '--url', url)
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('UPDATE_REFUSED') })
    expect(await at('update', 'keeper', '2.0.0', '--accept', 'major', '--watch', '60')).toMatchObject({
      version: '2.0.0',
      update: { phase: 'watching' },
    })
    expect(await say('versions', 'keeper')).toMatch(
      /^2\.0\.0 {2}runs, installed 20.*\n1\.0\.0 {2}stands by, .*\nkeeper 2\.0\.0 has taken over from 1\.0\.0.*\nIt is watched until 20.*\n`plugboard keep keeper` ends/,
    )
    expect(await at('rollback', 'keeper')).toMatchObject({ version: '1.0.0' })
    expect(await say('versions', 'keeper')).toContain(
      'keeper went back from 2.0.0 to 1.0.0: It was taken back by hand.\n',
    )
    expect(await say('pin', 'keeper', '1.0.0')).toBe('keeper is pinned to 1.0.0.\n')
    expect(await plugboard('keep', 'keeper', '--url', url)).toMatchObject({
      code: 1,
      err: expect.stringContaining('no update'),
    })
    expect(await plugboard('versions', 'nobody', '--url', url)).toMatchObject({
      code: 1,
      err: 'PLUGIN_NOT_FOUND: there is no plugin nobody\n',
    })
    expect(await at('versions', 'keeper')).toMatchObject([{ version: '2.0.0' }, { version: '1.0.0', pinned: true }])
    expect(await plugboard('verify', '--data-dir', dataDir)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^keeper 2\.0\.0: intact.*\nkeeper 1\.0\.0: intact/),
    })
    expect(await plugboard('verify', 'nobody', '--data-dir', dataDir)).toMatchObject({
      code: 1,
      err: 'nobody is not installed\n',
    })
    // A backup has the installed versions, and brings them to another machine.
    const copy = join(out, 'backup')
    expect((await plugboard('backup', copy, '--data-dir', dataDir)).code).toBe(0)
    const elsewhere = await tempFolder()
    expect(await plugboard('restore', copy, '--data-dir', elsewhere)).toMatchObject({ code: 0, err: '' })
    expect((await plugboard('verify', 'keeper', '--data-dir', elsewhere)).out).toMatch(
      /2\.0\.0: intact.*\n.*1\.0\.0: intact/,
    )
    const copied = join(copy, 'catalog', 'keeper', '1.0.0', 'package', 'plugin.json')
    await chmod(copied, 0o644)
    await appendFile(copied, ' ')
    expect(await plugboard('restore', copy, '--data-dir', await tempFolder())).toMatchObject({
      code: 1,
      err: expect.stringContaining('The backup is damaged: keeper 1.0.0 is not what was installed'),
    })
    const file = join(dataDir, 'catalog', 'keeper', '2.0.0', 'package', 'plugin.json')
    await chmod(file, 0o644)
    await appendFile(file, ' ')
    expect(await plugboard('verify', 'keeper', '--data-dir', dataDir)).toMatchObject({
      code: 1,
      err: expect.stringContaining('keeper 2.0.0 is not what was installed: plugin.json changed'),
    })
    expect(await plugboard('update')).toMatchObject({
      code: 2,
      err: expect.stringContaining('the id of a plugin is missing'),
    })
    await stop()
  },
)
