import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { within } from '../util/within.ts'
import { endDescendants, GUEST_VARIABLE } from './descendants.ts'
import { passedEnvironment, type Environment } from './environment.ts'
import { guestFiles } from './guest-files.ts'
import type { GuestLedger } from './guest-ledger.ts'
import { OutputTail } from './output-tail.ts'

export interface GuestProcessOptions {
  readonly id: string
  readonly cwd: string
  /** Of its plugin; the process itself takes those that every guest gets. */
  readonly env: Environment
  /** Becomes its fd 6. */
  readonly stateFd: number
  /** It may start processes of its own, which end with it. */
  readonly mayHaveChildren: boolean
  readonly ledger: GuestLedger
  readonly onOutput: (stream: 'stdout' | 'stderr', line: string) => void
  /** The process has ended, and all that it wrote has been read. */
  readonly onExit: (exitCode: number | null, signal: string | null) => void
}

const FLAGS = [
  '--disable-sigusr1',
  // Otherwise a plugin could allocate uninitialised memory that still contains the guardian's buffers and cookie.
  '--zero-fill-buffers',
  '--disable-warning=ExperimentalWarning',
]
/** How long output is still read after a thread or its process has ended. */
export const READ_OUT_MS = 200

const SPAWN_REASONS: Readonly<Record<string, string>> = {
  EMFILE: 'the host has too many open files',
  ENFILE: 'the system has too many open files',
  EAGAIN: 'the system allows no further process',
  ENOMEM: 'the system has no memory for it',
}

/** Node tells why a process could not be started only in a later turn. */
export class SpawnRefused extends Error {
  override readonly name = 'SpawnRefused'
  readonly reason: Promise<Error>

  constructor(reason: Promise<Error>) {
    super('a guest process could not be started')
    this.reason = reason
  }
}

/** A guest's operating system process: spawned, noted, read, and ended with all its children. */
export class GuestProcess {
  readonly pid: number
  /** Is in the environment of the processes that it starts; null: it cannot start any. */
  readonly mark: string | null
  /** Its fd 3. */
  readonly toThread: Socket
  /** Its fd 4, which the guardian closes when the plugin thread has ended. */
  readonly fromThread: Socket
  /** Its fd 5, both ways. */
  readonly guardian: Socket
  /** Resolve when the channel has closed and everything from it has been read. */
  readonly threadFinished: Promise<void>
  readonly guardianFinished: Promise<void>
  /** Resolves when the plugin thread does not listen any more. */
  readonly threadDeaf: Promise<void>
  /** Resolves when the process has ended, and those that it has started. */
  readonly exited: Promise<void>
  readonly #child: ChildProcess
  readonly #output: readonly OutputTail[]

  /** @throws SpawnRefused where the system refuses a process */
  constructor({ id, cwd, env, stateFd, mayHaveChildren, ledger, onOutput, onExit }: GuestProcessOptions) {
    this.mark = mayHaveChildren ? randomUUID() : null
    this.#child = spawn(process.execPath, [...FLAGS, guestFiles().guardian, id], {
      cwd,
      // One arena serves both threads well and saves each guest half a megabyte.
      env: { ...passedEnvironment(env), ...this.handedDown, MALLOC_ARENA_MAX: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', stateFd],
      detached: true,
    })
    // Without a listener the error of a spawn that failed would end the host.
    const refusal = new Promise<NodeJS.ErrnoException>((resolve) => this.#child.on('error', resolve))
    if (this.#child.pid === undefined) throw new SpawnRefused(refusal.then((error) => whyRefused(error, cwd)))
    this.pid = this.#child.pid
    ledger.note(this.pid)
    const [, stdout, stderr, toThread, fromThread, guardian] = this.#child.stdio as unknown as [
      null,
      Readable,
      Readable,
      Socket,
      Socket,
      Socket,
    ]
    this.toThread = toThread
    this.fromThread = fromThread
    this.guardian = guardian
    this.threadFinished = closed(fromThread)
    this.threadDeaf = closed(toThread)
    this.guardianFinished = closed(guardian)
    this.#output = [
      new OutputTail(stdout, (line) => onOutput('stdout', line)),
      new OutputTail(stderr, (line) => onOutput('stderr', line)),
    ]
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (exitCode, signal) => {
        // Its children too: with ExecuteSyscall a plugin may have some.
        this.#killGroup()
        ledger.forget(this.pid)
        resolve(this.mark === null ? undefined : endDescendants(this.mark))
        const read = [this.threadFinished, this.guardianFinished, ...this.#output.map((tail) => tail.finish())]
        void within(Promise.all(read), READ_OUT_MS).then(() => onExit(exitCode, signal))
      })
    })
  }

  /** What the processes that it starts have in their environment. */
  get handedDown(): Environment {
    return this.mark === null ? {} : { [GUEST_VARIABLE]: this.mark }
  }

  /** The last that it wrote. */
  get output(): string {
    return this.#output.map((tail) => tail.text).join('')
  }

  kill(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#killGroup()
  }

  #killGroup(): void {
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // Nobody is left in it.
    }
  }
}

function whyRefused({ code, message }: NodeJS.ErrnoException, cwd: string): Error {
  // The error names the executable, also where it is the folder that is missing.
  if (code === 'ENOENT' && !existsSync(cwd)) return new Error(`its folder ${cwd} does not exist any more`)
  const reason = SPAWN_REASONS[code ?? ''] ?? message
  return new Error(`its guest process could not be started: ${reason}${code === undefined ? '' : ` (${code})`}`)
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}
