import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { TOKEN } from '../support.ts'

const MAIN = new URL('../../dist/main.mjs', import.meta.url).pathname

/** A process, told apart from another that gets the same number later. */
interface ProcessId {
  readonly pid: number
  readonly startedAt: string
}

/** A real server in a process of its own, which a test may kill. */
export class ServerProcess {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  /** @param stderr a descriptor that becomes its stderr; otherwise what it writes is shown if it does not start */
  static async start(
    dataDir: string,
    env: Record<string, string> = {},
    stderr: number | 'pipe' = 'pipe',
  ): Promise<ServerProcess> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--disable-sigusr1', MAIN], {
      env: {
        PATH: process.env.PATH,
        PLUGBOARD_PORT: '0',
        PLUGBOARD_API_TOKEN: TOKEN,
        PLUGBOARD_DATA_DIR: dataDir,
        PLUGBOARD_LOG_LEVEL: 'silent',
        PLUGBOARD_BUNDLED: 'none',
        ...env,
      },
      stdio: ['ignore', 'pipe', stderr],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let err = ''
    child.stderr?.on('data', (text: Buffer) => (err += text.toString()))
    const printed = once(child.stdout!, 'data').then(([text]) => String(text))
    const ended = once(child, 'close').then(() => Promise.reject(new Error(err.trim())))
    const text = await Promise.race([printed, ended])
    ended.catch(() => {})
    return new ServerProcess(child, /http:\/\/[\d.:]+/.exec(text)![0])
  }

  /** Its guests, and theirs. */
  guests(): ProcessId[] {
    return descendantsOf(this.#child.pid!)
  }

  async kill(): Promise<void> {
    await this.signal('SIGKILL')
  }

  /** @returns how it ended, once it has */
  async signal(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: string | null }> {
    const ended = once(this.#child, 'exit')
    this.#child.kill(signal)
    const [code, by] = (await ended) as [number | null, string | null]
    return { code, signal: by }
  }

  async stop(): Promise<void> {
    const { code } = await this.signal('SIGTERM')
    if (code !== 0) throw new Error(`the server ended with ${code}`)
  }

  /** @returns null where the server died before it answered */
  async ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: any } | null> {
    try {
      const answer = await fetch(`${this.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
    } catch {
      return null
    }
  }
}

/** Those that are still there after the time that a guest has to notice that its host is gone. */
export async function leftOf(processes: readonly ProcessId[], withinMs: number): Promise<ProcessId[]> {
  const end = performance.now() + withinMs
  for (;;) {
    const left = processes.filter(({ pid, startedAt }) => startOf(pid) === startedAt)
    if (left.length === 0 || performance.now() > end) return left
    await sleep(50)
  }
}

function descendantsOf(root: number): ProcessId[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = statOf(Number(name))
      return stat ? [{ pid: Number(name), parent: Number(stat[1]), startedAt: stat[19]! }] : []
    })
  const found: ProcessId[] = []
  const visit = (parent: number): void => {
    for (const one of all.filter((other) => other.parent === parent)) {
      found.push({ pid: one.pid, startedAt: one.startedAt })
      visit(one.pid)
    }
  }
  visit(root)
  return found
}

function startOf(pid: number): string | undefined {
  const stat = statOf(pid)
  // A zombie is gone: it only waits to be counted.
  return stat && stat[0] !== 'Z' ? stat[19] : undefined
}

/** The fields after the name, https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
