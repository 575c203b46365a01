import type { Readable } from 'node:stream'
import type { Crash } from '../errors/crash.ts'
import type { AcceptedEvent } from '../events/accepted-event.ts'
import type { HeapUsage, HostMessage, ThreadMessage } from '../guest-protocol/message.ts'
import type { ProcessActivity, ProcessMemory } from '../util/process-usage.ts'
import type { RecordingRequest } from './recordings.ts'
import type { StateFile } from './state-file.ts'

/** What an instance uses of the machine. */
export interface InstanceUsage extends ProcessMemory, ProcessActivity {
  /** When its CPU time was read, in milliseconds of a monotonic clock. */
  readonly activityAt: number
  /** Null until the first heartbeat with this value. */
  readonly heap: HeapUsage | null
  /** Share of the last second that its event loop was busy, 0…1; null until the first heartbeat with this value. */
  readonly utilization: number | null
}

/** What a runner tells of its plugin. */
export interface RunnerCallbacks {
  readonly onMessage: (message: ThreadMessage) => void
  /** Once, unless `end` came first. */
  readonly onCrash: (crash: Crash) => void
  readonly onOutput: (stream: 'stdout' | 'stderr', line: string) => void
}

export interface RunnerOptions extends RunnerCallbacks {
  /** The plugin's. */
  readonly id: string
  readonly entryUrl: string
  /** Of the plugin. */
  readonly stateFile: StateFile
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
   * Called twice a second. Reads the resource usage of the guest, and ends the guest if it hangs or exceeds its memory
   * budget. Null if the usage is unknown.
   * @param now milliseconds of a monotonic clock
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
