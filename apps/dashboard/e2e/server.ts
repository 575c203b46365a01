import type { Browser, BrowserContext } from '@playwright/test'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '../../server/dist/main.mjs')
const SHIPPED = join(import.meta.dirname, '../../../packages/bundled-plugins')

export const OWNER = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' }
const TOKEN = 'a-token-of-the-tests'

export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>

interface CopyOptions {
  readonly id: string
  readonly name: string
  /** Fields of plugin.json that differ from those of the original. */
  readonly metadata?: object
  readonly enabled?: boolean
  readonly grant?: readonly unknown[]
  readonly config?: Record<string, unknown>
}

/** A real server in a process of its own, on a free port and with its own data folder. */
export class TestServer {
  readonly dataDir: string
  readonly #env: Record<string, string>
  #process: ChildProcess | undefined
  url = ''
  /** What it printed for the first account; null once there is one. */
  setUpLink: string | null = null

  private constructor(dataDir: string, env: Record<string, string>) {
    this.dataDir = dataDir
    this.#env = env
  }

  static async start(env: Record<string, string> = {}): Promise<TestServer> {
    const server = new TestServer(await mkdtemp(join(tmpdir(), 'plugboard-e2e-')), env)
    await server.start()
    return server
  }

  /** Starts it, on the port that it had before if it ran already. */
  async start(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port
    const env = {
      PATH: process.env.PATH,
      PLUGBOARD_DATA_DIR: this.dataDir,
      PLUGBOARD_LOG_LEVEL: 'error',
      PLUGBOARD_PORT: port,
      PLUGBOARD_API_TOKEN: TOKEN,
      ...this.#env,
    }
    const child = spawn('node', ['--disable-warning=ExperimentalWarning', MAIN], {
      env: env as unknown as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#process = child
    const printed = once(child.stdout, 'data').then(([text]) => String(text))
    const ended = once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`the server ended with ${String(code)}`)),
    )
    const text = await Promise.race([printed, ended])
    ended.catch(() => {})
    this.url = /http:\/\/[^/]+/.exec(text)![0]
    this.setUpLink = /http:\S+#token=\S+/.exec(text)?.[0] ?? null
  }

  /** Makes the owner, and signs it in in this browser. */
  async setUp(context: BrowserContext): Promise<void> {
    const token = new URLSearchParams(new URL(this.setUpLink!).hash.slice(1)).get('token')
    const answer = await context.request.post(`${this.url}/api/auth/set-up`, { data: { token, ...OWNER } })
    if (!answer.ok()) throw new Error(await answer.text())
  }

  /** The same in a browser's context of its own; what that keeps is what signs others in. */
  async signIn(browser: Browser): Promise<StorageState> {
    const context = await browser.newContext()
    await this.setUp(context)
    const state = await context.storageState()
    await context.close()
    return state
  }

  /** An operation over REST, as an admin. */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(await answer.text())
    return answer.status === 204 ? null : await answer.json()
  }

  /** Loads a plugin that ships once more, under an id and a name of its own: what befalls it touches no other test. */
  async loadCopy(
    shipped: string,
    { id, name, metadata: changes, config, grant = [], enabled = true }: CopyOptions,
  ): Promise<void> {
    const path = join(this.dataDir, 'own', id)
    // An id that was there before in this worker would find its own past.
    await cp(join(SHIPPED, shipped), path, { recursive: true, force: false, errorOnExist: true })
    const manifest = join(path, 'plugin.json')
    const metadata = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, unknown>
    await writeFile(manifest, JSON.stringify({ ...metadata, id, name, ...changes }))
    await this.ask('POST', '/plugins', { path, grant, enabled: enabled && !config })
    if (!config) return
    await this.ask('PUT', `/plugins/${id}/config`, { config })
    if (enabled) await this.ask('POST', `/plugins/${id}/enable`)
  }

  /** Loads a plugin of the test's own. @param code of its module, plain JavaScript */
  async loadCode(
    id: string,
    code: string,
    metadata: Record<string, unknown> = {},
    options: { readonly grant?: readonly unknown[] } = {},
  ): Promise<void> {
    const path = join(this.dataDir, 'own', id)
    await mkdir(path, { recursive: true })
    await writeFile(join(path, 'index.mjs'), code)
    const manifest = { id, version: '1.0.0', entryPoint: 'index.mjs', ...metadata }
    await writeFile(join(path, 'plugin.json'), JSON.stringify(manifest))
    await this.ask('POST', '/plugins', { path, ...options })
  }

  async states(): Promise<Map<string, string>> {
    const plugins = (await this.ask('GET', '/plugins')) as { id: string; state: string }[]
    return new Map(plugins.map(({ id, state }) => [id, state]))
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }

  /** Stops it in order and fails when a guest is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGTERM')
    const left = await readdir(join(this.dataDir, 'guests'))
    await rm(this.dataDir, { recursive: true, force: true })
    if (left.length > 0) throw new Error(`guests were left: ${left.join(', ')}`)
  }
}
