import type { Readable } from 'node:stream'
import type { AcceptedEvent } from '../events/accepted-event.ts'
import type { Progress } from '../events/mailbox.ts'
import type { HeapUsage, HostMessage, StallEvidence, ThreadMessage } from '../guest/message.ts'
import type { ThrownInfo } from '../guest/thrown.ts'
import type { ProcessActivity, ProcessMemory } from '../process-usage.ts'
import type { CrashCause } from './describe-crash.ts'
import type { RecordingRequest } from './recordings.ts'

/** How an instance ended without having been told to. */
export interface Crash {
  readonly kind: 'crash' | 'hang' | 'out-of-memory'
  readonly cause: CrashCause
  /** One plain sentence. */
  readonly message: string
  readonly exitCode: number | null
  readonly signal: string | null
  /** What nobody caught, in the plugin's own words. */
  readonly error: ThrownInfo | null
  /** The last lines it wrote. */
  readonly output: string
  /** What its thread had begun and finished, where somebody lived to tell. */
  readonly progress: Progress | null
  /** What it was doing, where it did not answer before it ended. */
  readonly stall: StallEvidence | null
}

/** What an instance uses of the machine. */
export interface InstanceUsage extends ProcessMemory, ProcessActivity {
  /** When its CPU time was read, in milliseconds of a clock that does not go back. */
  readonly activityAt: number
  /** Null until its guardian has told. */
  readonly heap: HeapUsage | null
  /** Share of the last second that its event loop was busy, 0…1; null until its guardian has told. */
  readonly utilization: number | null
}

export interface RunnerOptions {
  readonly id: string
  readonly entryUrl: string
  readonly onMessage: (message: ThreadMessage) => void
  /** Once, unless `end` came first. */
  readonly onCrash: (crash: Crash) => void
  readonly onOutput: (stream: 'stdout' | 'stderr', line: string) => void
}

/** Holds one running copy of a plugin: in a guest process, or inline. */
export interface Runner {
  readonly pid: number | null
  /** It sends events encoded. */
  readonly encodes: boolean
  /** It has not answered for so long that it is called unresponsive. */
  readonly isSilent: boolean
  send(message: Exclude<HostMessage, { kind: 'batch' }>): void
  sendBatch(events: readonly AcceptedEvent[]): void
  /**
   * Looks after it, twice a second: reads what it uses, and ends one that hangs or holds more memory than it may.
   * Null where its usage cannot be told.
   * @param now milliseconds of a clock that does not go back
   */
  inspect(now: number): InstanceUsage | null
  /**
   * Takes a profile or a heap snapshot, also while it does not answer.
   * @throws PluginError `RECORDING_FAILED` where there is no guest to take one of
   */
  record(request: RecordingRequest): Readable
  /** The sender broke the protocol: it is ended, and that is a crash. */
  violate(reason: string): void
  /** Ends it at once; resolves when nothing of it is alive. */
  end(): Promise<void>
}
