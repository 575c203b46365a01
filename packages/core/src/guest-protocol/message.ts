import type {
  EventInput,
  JsonObject,
  JsonValue,
  LogLevel,
  PluginEvent,
  SharedChange,
  StateOrigin,
} from '@plugboard/plugin-sdk'
import type { EventRun } from './event-codec.ts'
import type { ThrownInfo } from './thrown.ts'

/** What a plugin instance must know to run. It travels with the call to `initialize`. */
export interface InstanceSettings {
  readonly id: string
  readonly vmInstanceId: string
  readonly config: JsonObject
  readonly dataPath: string
  /** Topic patterns that `handleEvent` receives. */
  readonly events: readonly string[]
  /** Errors above this many stop the plugin. */
  readonly errorLimit: number
  /** After this time without an error, the count toward the error limit starts at 0 again. Null: it never does. */
  readonly quietMs: number | null
  readonly handlerTimeoutMs: number
  /** The ids of its publications begin with it; a number from 0 follows, in base 36. */
  readonly eventIdPrefix: string
}

export type CallMethod =
  | 'initialize'
  | 'start'
  | 'stop'
  | 'cleanup'
  | 'updateConfig'
  | 'receiveMessage'
  | 'status'
  | 'migrateConfig'
  /** Stops handling events between two of them, and leaves the state in the file for it. Answers with {@link ExportedState}. */
  | 'exportState'
  /** Takes the state in that file: {@link LeftState}. Answers with whether the plugin takes one. */
  | 'importState'
  /** Goes on handling events after an export. */
  | 'resume'

/** The answer to an export. */
export interface ExportedState {
  readonly stateVersion: number
  /** Of the state, as JSON in UTF-8; null where the plugin has none to hand over. */
  readonly bytes: number | null
}

/** A state that another instance has left in the file for it. */
export interface LeftState {
  readonly origin: StateOrigin
  readonly bytes: number
}

/** Of a state, as JSON in UTF-8. */
export const MAX_STATE_BYTES = 16 * 1_024 * 1_024

/** Events for one plugin, in publish order. */
export interface EventBatch {
  readonly kind: 'batch'
  /** Per event the number of handlers it has come through; null where all are 0. */
  readonly hops: readonly number[] | null
  /** Per event its key where it is followed, else 0; null where none is followed. */
  readonly traceKeys: readonly number[] | null
  readonly events: readonly PluginEvent[]
}

/** A batch on its way to a guest. */
export interface EncodedBatch {
  readonly kind: 'runs'
  readonly hops: EventBatch['hops']
  readonly traceKeys: EventBatch['traceKeys']
  /** What the times of its events count from, in epoch milliseconds. */
  readonly timeBase: number
  readonly runs: readonly EventRun[]
}

/** From the host to the thread that runs the plugin. */
export type HostMessage =
  | EventBatch
  | {
      readonly kind: 'call'
      readonly id: number
      readonly method: CallMethod
      readonly argument: unknown
      readonly timeoutMs: number
    }
  | { readonly kind: 'answer'; readonly id: number; readonly ok: true; readonly value: JsonValue | undefined }
  | {
      readonly kind: 'answer'
      readonly id: number
      readonly ok: false
      readonly code: string
      readonly message: string
    }
  /** What changed in shared data. The thread answers with `shared-taken`. */
  | { readonly kind: 'shared'; readonly changes: readonly SharedChange[] }
  | PublicationReceipt

/** What a new version makes of the config of the one before. */
export interface ConfigMigration {
  readonly config: JsonObject
  readonly fromVersion: string
}

export interface HandlerFailure {
  /** Which of the events that this receipt covers, from 0. */
  readonly index: number
  readonly error: ThrownInfo
}

/** Accounts for the oldest `handled` events that were still in flight. */
export interface Receipt {
  readonly kind: 'receipt'
  readonly handled: number
  readonly failures: readonly HandlerFailure[]
  /** Pairs of bucket and count, see {@link LatencyHistogram}. */
  readonly latency: readonly number[]
  /** Time spent in handlers, in microseconds. */
  readonly busyUs: number
  /** The error limit was passed with the last of these events: nothing more is handled. */
  readonly limitReached: boolean
}

/** What a guest says of an event that is followed. Its fate is in a receipt. */
export interface TraceReport {
  readonly kind: 'traced'
  /** Of the event. */
  readonly key: number
  readonly step:
    /** Its handler has begun, at a machine time. */
    | { readonly beganAt: number }
    /** Its handler has ended, after so many milliseconds. */
    | { readonly tookMs: number }
    /** The guest itself has refused what was to be published meanwhile. */
    | { readonly refused: { readonly type: string; readonly code: string; readonly message: string } }
}

export type AskMethod =
  | 'sendMessage'
  | 'broadcastMessage'
  | 'sharedGet'
  | 'sharedSet'
  | 'sharedCompareAndSet'
  | 'sharedDelete'

/** Events that a plugin published, in order. */
export interface Publication {
  readonly kind: 'publish'
  /** For each event the number of handlers it has come through; null where all are 0. */
  readonly hops: readonly number[] | null
  /** For each event the key of the event that was being handled, where that is followed, else 0; null where all are 0. */
  readonly causes: readonly number[] | null
  readonly events: readonly EventInput[]
  /** How many further ones the guest itself has refused since its last publication: too many were waiting. */
  readonly refused: number
}

/** Accounts for the oldest `count` publications: each was accepted, unless it is among the refused. It frees their credits. */
export interface PublicationReceipt {
  readonly kind: 'published'
  readonly count: number
  readonly refused: readonly { readonly index: number; readonly code: string; readonly message: string }[]
}

/** Publications that a plugin may have under way: more wait in the guest until a receipt has come. */
export const PUBLISH_CREDITS = 2_048

type Interruption = 'timeout' | 'abort'

/** Log entries of a plugin, its output included, over time and at once; further ones are dropped and counted. */
export const LOGS_PER_SECOND = 1_000
export const LOG_BURST = 5_000
/** Of an event that a plugin gives back. A received one is as deep as JSON can be copied, which nobody writes. */
export const MAX_EVENT_DEPTH = 500
/** In epoch milliseconds: beyond it there are no dates. */
export const LAST_MOMENT = 8_640_000_000_000_000
/** A longer entry counts as several. */
export const LOG_CHARACTERS = 8_192

/** From the thread that runs the plugin to the host. */
export type ThreadMessage =
  | Receipt
  | TraceReport
  | Publication
  | { readonly kind: 'reply'; readonly id: number; readonly ok: true; readonly value: JsonValue | undefined }
  | {
      readonly kind: 'reply'
      readonly id: number
      readonly ok: false
      readonly error: ThrownInfo
      /** It was thrown while the module was imported, before any hook. */
      readonly isImport: boolean
      /** Not the hook's own failure: its deadline passed, or a stop came in between. */
      readonly interrupted: Interruption | null
    }
  | { readonly kind: 'ask'; readonly id: number; readonly method: AskMethod; readonly arguments: readonly unknown[] }
  | { readonly kind: 'topics'; readonly patterns: readonly string[] }
  /** What it says of its own health. */
  | { readonly kind: 'health'; readonly isDegraded: boolean; readonly message: string }
  /** An event that it gives up, after its handler has finished with it. */
  | { readonly kind: 'dead-letter'; readonly event: PluginEvent; readonly error: ThrownInfo }
  /** Whether it wants to know what changes in shared data. */
  | { readonly kind: 'shared-listen'; readonly isListening: boolean }
  | { readonly kind: 'shared-taken' }
  | {
      readonly kind: 'log'
      readonly level: LogLevel
      readonly message: string
      readonly fields: JsonObject | undefined
    }
  /** So many log entries were dropped where they were made. */
  | { readonly kind: 'logs-dropped'; readonly count: number }

/** Once: the plugin thread has ended. */
export interface ThreadEnded {
  readonly kind: 'ended'
  readonly exitCode: number
  /** The uncaught error, if there was one. */
  readonly error: ThrownInfo | null
  /** How many events the thread had begun and finished since it started. */
  readonly begun: number
  readonly finished: number
  /** Of what the thread had printed: what the host had not read in time, and will not get. */
  readonly cutOutputBytes: number
}

/** The heap of a plugin thread, in bytes. */
export interface HeapUsage {
  readonly usedBytes: number
  readonly totalBytes: number
  /** What its objects hold outside the heap: buffers for the most part. */
  readonly externalBytes: number
}

/**
 * Sent every second, every two seconds while the thread is idle, and at once when the thread falls silent or answers
 * again.
 */
export interface Heartbeat {
  readonly kind: 'heartbeat'
  /** For how long the thread has given no sign of life, in milliseconds. */
  readonly silentMs: number
  /** Share of the time since the last heartbeat that its event loop was busy, 0…1. */
  readonly utilization: number
  /** Null until it was first read. */
  readonly heap: HeapUsage | null
}

/** What a thread that does not answer is doing. */
export interface StallEvidence {
  readonly kind: 'evidence'
  /** It takes no interrupts: it is inside native code, such as crypto or synchronous I/O. */
  readonly native: boolean
  /** A CPU profile of it, as the text of a `.cpuprofile`; null where none could be taken. */
  readonly profile: string | null
  /** Stacks taken one after the other, innermost frame first. */
  readonly stacks: readonly (readonly string[])[]
}

/** A piece of what was asked for, and its end. */
export type StreamPart =
  | { readonly kind: 'chunk'; readonly id: number; readonly text: string }
  | { readonly kind: 'chunks-end'; readonly id: number; readonly error: string | null }

/** From the guardian to the host. */
export type GuardianMessage = ThreadEnded | Heartbeat | StallEvidence | StreamPart

/** From the host to the guardian. */
export type GuardianOrder =
  | { readonly kind: 'profile'; readonly id: number; readonly of: 'cpu' | 'heap'; readonly durationMs: number }
  | { readonly kind: 'heap-snapshot'; readonly id: number }
  /** Requests the next piece. The guardian sends no piece without a request. */
  | { readonly kind: 'pull'; readonly id: number }
  | { readonly kind: 'cancel'; readonly id: number }
  /** Ends the plugin thread only, so that the guardian can still report how many events it had begun and finished. */
  | { readonly kind: 'end-thread' }
