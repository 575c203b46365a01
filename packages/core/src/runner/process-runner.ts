import { clock } from '../util/clock.ts'
import type { Permission } from '@plugboard/plugin-sdk'
import type { Readable } from 'node:stream'
import type { CrashCause } from '../errors/crash.ts'
import type { AcceptedEvent } from '../events/accepted-event.ts'
import { encodeBatch } from '../events/encoded-batch.ts'
import type {
  Heartbeat,
  GuardianMessage,
  GuardianOrder,
  HostMessage,
  StallEvidence,
  ThreadEnded,
} from '../guest-protocol/message.ts'
import type { GuardianOrders, ThreadOrders } from '../guest-protocol/orders.ts'
import { within } from '../util/within.ts'
import { memoryBudget, permissionFlags } from '../catalog/permission.ts'
import { readActivity, readMemory, type ProcessActivity, type ProcessMemory } from '../util/process-usage.ts'
import { GuestWatch, type Responsiveness } from './guest-watch.ts'
import { MemoryBudget } from './memory-budget.ts'
import { describeCrash } from './describe-crash.ts'
import { passedEnvironment, type Environment } from './environment.ts'
import { GuestChannel } from './guest-channel.ts'
import { guestFiles } from './guest-files.ts'
import type { GuestLedger } from './guest-ledger.ts'
import { inheritedDescriptors } from './inherited-descriptors.ts'
import { GuestProcess, READ_OUT_MS } from './guest-process.ts'
import { parseGuardianMessage } from './guardian-message.ts'
import { Recordings, type RecordingRequest } from './recordings.ts'
import type { InstanceUsage, Runner, RunnerOptions } from './runner.ts'
import { parseThreadMessage } from './thread-message.ts'

export interface ProcessRunnerOptions extends RunnerOptions {
  readonly folder: string
  readonly dataPath: string
  /** What its host has chosen for it. */
  readonly env: Environment
  readonly permissions: readonly Permission[]
  readonly sources: Readonly<Record<string, string>>
  readonly ledger: GuestLedger
}

// node:sqlite and FFI are not restricted by the permission model, so both are switched off. Warnings are switched off
// per thread, not per process.
const THREAD_FLAGS = [
  '--no-experimental-sqlite',
  '--no-experimental-ffi',
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=PERM0001',
  '--disable-warning=PERM0002',
]
const ACTIVITY_MS = 900
/** How long a guardian gets to end its thread and to report the event counts, before the process is killed. */
const TELL_MS = 300
/**
 * When a thread or its process ends, its channel closes, and the host learns of the end within this time, also on a
 * busy machine.
 */
const CLOSED_CHANNEL_MS = 3_000

/** Runs a plugin in a guest process of its own, in a thread that has its permissions and no others. */
export class ProcessRunner implements Runner {
  readonly encodes = true
  readonly #options: ProcessRunnerOptions
  readonly #process: GuestProcess
  readonly #env: Environment
  readonly #threadChannel: GuestChannel
  readonly #guardianChannel: GuestChannel
  readonly #watch = new GuestWatch(clock.now())
  readonly #recordings: Recordings
  readonly #memoryBudget: MemoryBudget
  #heartbeat: Heartbeat | null = null
  #activity: (ProcessActivity & { activityAt: number }) | null = null
  #stall: StallEvidence | null = null
  #threadEnded: ThreadEnded | null = null
  #stopCause: CrashCause | null = null
  #isSilent = false
  #ending = false

  constructor(options: ProcessRunnerOptions) {
    this.#options = options
    this.#memoryBudget = new MemoryBudget(memoryBudget(options.permissions))
    this.#recordings = new Recordings(options.id, (order) => this.#order(order))
    // Before the guest is there: a descriptor that this process opens later may have the number of one of the guest's own.
    const closeFds = inheritedDescriptors()
    this.#env = { ...passedEnvironment(process.env), ...options.env }
    this.#process = new GuestProcess({
      id: options.id,
      env: this.#env,
      cwd: options.folder,
      stateFd: options.stateFile.open(),
      mayHaveChildren: options.permissions.includes('ExecuteSyscall'),
      ledger: options.ledger,
      onOutput: options.onOutput,
      onExit: (exitCode, signal) => this.#onExit(exitCode, signal),
    })
    const onViolation = (reason: string): void => this.violate(reason)
    const onUnread = (bytes: number): void => this.#giveUp({ kind: 'unread', bytes })
    const { toThread, fromThread, guardian } = this.#process
    this.#threadChannel = new GuestChannel(
      { incoming: fromThread, outgoing: toThread },
      {
        onPayload: (payload) => this.#ending || options.onMessage(parseThreadMessage(payload)),
        onViolation,
        onUnread,
      },
    )
    this.#guardianChannel = new GuestChannel(
      { incoming: guardian, outgoing: guardian },
      {
        onPayload: (payload) => this.#ending || this.#take(parseGuardianMessage(payload)),
        onViolation,
        onUnread,
      },
    )
    const { threadFinished, guardianFinished, threadDeaf } = this.#process
    void Promise.race([threadFinished, guardianFinished, threadDeaf]).then(() =>
      setTimeout(() => this.#blameClosedChannel(), CLOSED_CHANNEL_MS).unref(),
    )
    try {
      this.#giveOrders(closeFds)
    } catch (thrown) {
      // A guest that did not get its orders must not stay alive.
      this.#ending = true
      this.#process.kill()
      throw thrown
    }
  }

  get pid(): number {
    return this.#process.pid
  }

  get isSilent(): boolean {
    return this.#isSilent
  }

  send(message: Exclude<HostMessage, { kind: 'batch' }>): void {
    this.#threadChannel.send(JSON.stringify(message))
  }

  sendBatch(events: readonly AcceptedEvent[]): void {
    this.#threadChannel.send(encodeBatch(events))
  }

  inspect(now: number): InstanceUsage | null {
    if (this.#ending || this.#stopCause) return null
    const memory = readMemory(this.pid)
    const activity = this.#readActivity(now)
    // The thread stops during a heap snapshot, so the plugin is not considered silent.
    const snapshotting = this.#recordings.isSnapshotting
    if (snapshotting) this.#watch.excuse(now)
    // Where there is no /proc the guest is watched all the same.
    else this.#judge(this.#watch.tick(now, { waiting: activity?.state === 'R' }), activity?.state === 'T')
    if (memory) this.#checkBudget(memory, snapshotting)
    if (!memory || !activity) return null
    const { heap = null, utilization = null } = this.#heartbeat ?? {}
    return { ...memory, ...activity, heap, utilization }
  }

  #judge(responsiveness: Responsiveness, stopped: boolean): void {
    this.#isSilent = responsiveness !== 'responsive'
    if (!this.#isSilent) this.#stall = null
    if (responsiveness === 'hung') this.#giveUp({ kind: 'hang', silent: this.#watch.silent, stopped })
  }

  #checkBudget({ memoryBytes }: ProcessMemory, snapshotting: boolean): void {
    const excess = this.#memoryBudget.excess(memoryBytes, { snapshotting })
    if (excess === 0 || this.#stopCause) return
    const { bytes } = this.#memoryBudget
    this.#giveUp({ kind: 'out-of-memory', usedBytes: bytes + excess, budgetBytes: bytes })
  }

  /**
   * Reads the CPU time and the state at every second call only, because with many idle plugins these reads are most of
   * the work of the host. A silent plugin is read at each call.
   */
  #readActivity(now: number): (ProcessActivity & { activityAt: number }) | null {
    if (this.#activity && now - this.#activity.activityAt < ACTIVITY_MS && !this.#isSilent) return this.#activity
    const activity = readActivity(this.pid)
    this.#activity = activity && { ...activity, activityAt: now }
    return this.#activity
  }

  record(request: RecordingRequest): Readable {
    return this.#recordings.start(request)
  }

  violate(reason: string): void {
    this.#stopCause ??= { kind: 'protocol', reason }
    this.#process.kill()
  }

  async end(): Promise<void> {
    this.#ending = true
    this.#recordings.fail('the plugin was ended')
    this.#closeChannels()
    this.#process.kill()
    await this.#process.exited
  }

  #giveOrders(closeFds: readonly number[]): void {
    const { folder, dataPath, permissions, entryUrl, sources } = this.#options
    const { readable, sdkUrl } = guestFiles()
    const folders = { read: [folder, ...readable], write: [dataPath] }
    const toGuardian: GuardianOrders = {
      cookie: this.#guardianChannel.cookie.toString('hex'),
      execArgv: [...permissionFlags(permissions, folders), ...THREAD_FLAGS],
      env: { ...this.#env, ...this.#process.handedDown },
      heapLimitMb: Math.ceil(this.#memoryBudget.bytes / 1_048_576),
      closeFds,
    }
    const toThread: ThreadOrders = {
      cookie: this.#threadChannel.cookie.toString('hex'),
      entryUrl,
      sdkUrl,
      sources,
      fullTrust: permissions.includes('ExecuteSyscall'),
    }
    this.#guardianChannel.send(JSON.stringify(toGuardian))
    this.#threadChannel.send(JSON.stringify(toThread))
  }

  #order(order: GuardianOrder): void {
    this.#guardianChannel.send(JSON.stringify(order))
  }

  #take(message: GuardianMessage): void {
    switch (message.kind) {
      case 'heartbeat':
        this.#heartbeat = message
        return this.#watch.heartbeat(message.silentMs)
      case 'evidence':
        this.#stall = message
        return
      case 'chunk':
      case 'chunks-end':
        return this.#recordings.take(message)
      case 'ended':
        this.#threadEnded = message
        void within(this.#process.threadFinished, READ_OUT_MS).then(() => this.#process.kill())
    }
  }

  /**
   * When a thread ends, its channels close. Then the guardian reports the end, or its process has ended too. If neither
   * is the case, the plugin closed the channel.
   */
  #blameClosedChannel(): void {
    if (!this.#ending && !this.#threadEnded) this.violate('it closed its channel')
  }

  /**
   * Ends a guest that cannot continue. If its guardian answers, the guardian still reports how many events were begun
   * and finished.
   */
  #giveUp(stopCause: CrashCause): void {
    this.#stopCause = stopCause
    this.#order({ kind: 'end-thread' })
    setTimeout(() => this.#process.kill(), TELL_MS).unref()
  }

  #closeChannels(): void {
    this.#threadChannel.close()
    this.#guardianChannel.close()
  }

  #onExit(exitCode: number | null, signal: string | null): void {
    this.#closeChannels()
    this.#recordings.fail('the guest process has ended')
    if (this.#ending) return
    const { output } = this.#process
    const [stopCause, ended, stall] = [this.#stopCause, this.#threadEnded, this.#stall]
    this.#options.onCrash(describeCrash({ stopCause, ended, stall, exitCode, signal, output }))
  }
}
