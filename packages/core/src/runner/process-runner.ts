import type { Permission } from '@plugboard/plugin-sdk'
import { spawn, type ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { AcceptedEvent } from '../events/accepted-event.ts'
import type { GuardianOrders, HostMessage, ThreadEnded } from '../guest/message.ts'
import { memoryBudget, permissionFlags } from '../permission.ts'
import { readProcessUsage, type ProcessUsage } from '../process-usage.ts'
import { GuestChannel, type Speaker } from './guest-channel.ts'
import { guestFiles } from './guest-files.ts'
import type { GuestLedger } from './guest-ledger.ts'
import { OutputTail } from './output-tail.ts'
import type { Crash, Runner, RunnerOptions } from './runner.ts'
import { parseThreadEnded, parseThreadMessage } from './thread-message.ts'

export interface ProcessRunnerOptions extends RunnerOptions {
  readonly folder: string
  readonly dataPath: string
  readonly permissions: readonly Permission[]
  readonly sources: Readonly<Record<string, string>>
  readonly ledger: GuestLedger
}

// --no-turboshaft-loop-unrolling: an unrolled `for (;;) new Array(1000).fill(1.5)` takes no interrupt and could not be stopped.
const PROCESS_FLAGS = ['--disable-sigusr1', '--no-turboshaft-loop-unrolling', '--disable-warning=ExperimentalWarning']
// node:sqlite and FFI do not ask the permission model. Warnings are switched off per thread, not per process.
const THREAD_FLAGS = [
  '--no-experimental-sqlite',
  '--no-experimental-ffi',
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=PERM0001',
  '--disable-warning=PERM0002',
]
/** After the process has gone, what it had still written is read for that long. */
const LAST_WORDS_MS = 200

/** Runs a plugin in a guest process of its own, in a thread that has its permissions and no others. */
export class ProcessRunner implements Runner {
  readonly encodes = true
  readonly #options: ProcessRunnerOptions
  readonly #child: ChildProcess
  readonly #channel: GuestChannel
  readonly #exited: Promise<void>
  readonly #output: readonly OutputTail[]
  #threadEnded: ThreadEnded | null = null
  #violation: string | null = null
  #ending = false

  constructor(options: ProcessRunnerOptions) {
    this.#options = options
    this.#child = spawn(process.execPath, [...PROCESS_FLAGS, guestFiles().guardian], {
      cwd: options.folder,
      env: {},
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    })
    // Without this listener the error of a spawn that failed would end the host.
    this.#child.on('error', () => {})
    if (this.#child.pid === undefined) throw new Error('its guest process could not be started: the system refused it')
    const [, stdout, stderr, fd3] = this.#child.stdio as unknown as [null, Readable, Readable, Socket]
    this.#output = [
      new OutputTail(stdout, (line) => options.onOutput('stdout', line)),
      new OutputTail(stderr, (line) => options.onOutput('stderr', line)),
    ]
    this.#channel = new GuestChannel(fd3, {
      onPayload: (speaker, payload) => this.#receive(speaker, payload),
      onViolation: (reason) => this.violate(reason),
    })
    this.#exited = this.#watch(fd3)
    if (this.pid !== null) options.ledger.note(this.pid)
    this.#giveOrders()
  }

  get pid(): number | null {
    return this.#child.pid ?? null
  }

  send(message: Exclude<HostMessage, { kind: 'batch' }>): void {
    this.#channel.send(JSON.stringify(message))
  }

  sendBatch(events: readonly AcceptedEvent[]): void {
    let hops = ''
    let bodies = ''
    let anyHops = false
    for (const event of events) {
      if (event.hops > 0) anyHops = true
      hops += hops === '' ? event.hops : `,${event.hops}`
      bodies += bodies === '' ? event.json : `,${event.json}`
    }
    this.#channel.send(`{"kind":"batch","hops":${anyHops ? `[${hops}]` : 'null'},"events":[${bodies}]}`)
  }

  usage(): ProcessUsage | null {
    return this.pid === null ? null : readProcessUsage(this.pid)
  }

  violate(reason: string): void {
    this.#violation ??= reason
    this.#kill()
  }

  async end(): Promise<void> {
    this.#ending = true
    this.#channel.close()
    this.#kill()
    await this.#exited
  }

  #giveOrders(): void {
    const { entryUrl, folder, dataPath, permissions, sources } = this.#options
    const { readable, sdkUrl } = guestFiles()
    const { cookies } = this.#channel
    const orders: GuardianOrders = {
      threadCookie: cookies.thread.toString('hex'),
      guardianCookie: cookies.guardian.toString('hex'),
      boot: { entryUrl, sdkUrl, sources, fullTrust: permissions.includes('ExecuteSyscall') },
      execArgv: [...permissionFlags(permissions, { read: [folder, ...readable], write: [dataPath] }), ...THREAD_FLAGS],
      heapLimitMb: Math.ceil(memoryBudget(permissions) / 1_048_576),
    }
    this.#channel.send(JSON.stringify(orders))
  }

  #receive(speaker: Speaker, payload: string): void {
    if (this.#ending) return
    if (speaker === 'thread') this.#options.onMessage(parseThreadMessage(payload))
    else this.#threadEnded = parseThreadEnded(payload)
  }

  /** Resolves when the process has gone; then says why, unless it was told to go. */
  #watch(fd3: Socket): Promise<void> {
    const { onCrash, ledger } = this.#options
    return new Promise((resolve) => {
      this.#child.once('exit', (exitCode, signal) => {
        // Its children too: with ExecuteSyscall a plugin may have some.
        this.#killGroup()
        if (this.pid !== null) ledger.forget(this.pid)
        resolve()
        if (this.#ending) return
        const report = (): void => {
          clearTimeout(timer)
          fd3.off('close', report)
          this.#channel.close()
          if (!this.#ending) onCrash(this.#crash(exitCode, signal))
        }
        const timer = setTimeout(report, LAST_WORDS_MS)
        if (fd3.closed) report()
        else fd3.once('close', report)
      })
    })
  }

  #crash(exitCode: number | null, signal: string | null): Crash {
    const ended = this.#threadEnded
    const output = this.#output.map((tail) => tail.text).join('')
    if (this.#violation !== null) {
      return {
        message: `It broke the protocol: ${this.#violation}.`,
        exitCode,
        signal,
        error: null,
        output,
        progress: null,
      }
    }
    if (!ended) {
      const how = signal === null ? `exited with code ${exitCode}` : `was ended by ${signal}`
      return { message: `Its guest process ${how}.`, exitCode, signal, error: null, output, progress: null }
    }
    const { begun, finished, error } = ended
    const message = error
      ? `Nobody caught what it threw: ${error.message}`
      : `It ended itself with exit code ${ended.exitCode}.`
    return { message, exitCode: ended.exitCode, signal: null, error, output, progress: { begun, finished } }
  }

  #kill(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#killGroup()
  }

  #killGroup(): void {
    try {
      process.kill(-this.#child.pid!, 'SIGKILL')
    } catch {
      // Nobody is left in it.
    }
  }
}
