import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '../../server/src/main.ts')

/** A real server in a process of its own, on a free port and with its own data folder. */
export class TestServer {
  readonly dataDir: string
  readonly #env: Record<string, string>
  #process: ChildProcess | undefined
  url = ''
  /** The line that it printed. */
  line = ''

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
    this.line = (await Promise.race([printed, ended])).trim()
    ended.catch(() => {})
    this.url = /http:\/\/[^/]+/.exec(this.line)![0]
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
