import type { AcceptedEvent } from '../events/accepted-event.ts'
import type { Progress } from '../events/mailbox.ts'
import type { HostMessage, ThreadMessage } from '../guest/message.ts'
import type { ThrownInfo } from '../guest/thrown.ts'
import type { ProcessUsage } from '../process-usage.ts'

/** How an instance ended without having been told to. */
export interface Crash {
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
  send(message: Exclude<HostMessage, { kind: 'batch' }>): void
  sendBatch(events: readonly AcceptedEvent[]): void
  /** Null where it cannot be told. */
  usage(): ProcessUsage | null
  /** The sender broke the protocol: it is ended, and that is a crash. */
  violate(reason: string): void
  /** Ends it at once; resolves when nothing of it is alive. */
  end(): Promise<void>
}
