import type { StallEvidence } from '../guest-protocol/message.ts'
import type { Progress } from '../guest-protocol/progress.ts'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'

/** Why an instance ended: the host killed it for a reason, or it ended without that. */
export type CrashCause =
  /** It broke the protocol between host and guest. */
  | { readonly kind: 'protocol'; readonly reason: string }
  /** It left too much of what it was sent unread. */
  | { readonly kind: 'unread'; readonly bytes: number }
  /** It did not answer. `stopped`: its process had been stopped by a signal. */
  | { readonly kind: 'hang'; readonly silent: 'guardian' | 'thread'; readonly stopped: boolean }
  | { readonly kind: 'out-of-memory'; readonly usedBytes: number; readonly budgetBytes: number }
  | { readonly kind: 'uncaught' }
  | { readonly kind: 'heap-limit' }
  | { readonly kind: 'heap-aborted' }
  | { readonly kind: 'exit'; readonly of: 'thread' | 'process'; readonly exitCode: number | null }
  | { readonly kind: 'signal'; readonly signal: string }

/** How an instance ended without having been told to, as its runner saw it. */
export interface Crash {
  readonly kind: 'crash' | 'hang' | 'out-of-memory'
  readonly cause: CrashCause
  /** One plain sentence. */
  readonly message: string
  readonly exitCode: number | null
  readonly signal: string | null
  /** What the plugin threw and did not catch. */
  readonly error: ThrownInfo | null
  /** The last lines that it wrote. */
  readonly output: string
  /** How much of what it wrote was not read before its end, at most. */
  readonly cutOutputBytes: number
  /** Null where no thread was left to report it. */
  readonly progress: Progress | null
  /** What a hung thread was doing; null for every other kind. */
  readonly stall: StallEvidence | null
}

/** Where a plugin's code was when it did not answer. */
export type CodePlace =
  /** Inside native code, such as crypto or synchronous I/O: it could not be looked at. */
  | { readonly native: true }
  | {
      readonly native: false
      /** The function's name, or `(anonymous)`. */
      readonly function: string
      /** From the plugin's folder on. */
      readonly file: string
      /** From 1. */
      readonly line: number
      /** The text of that line, trimmed; null where it cannot be read. */
      readonly source: string | null
    }

/** What is known of a crash: the details of its error. */
export interface CrashReport {
  readonly cause: CrashCause
  /** Null if the guest did not hang, or if the place is unknown. */
  readonly place: CodePlace | null
  readonly exitCode: number | null
  readonly signal: string | null
  /** What the plugin threw and did not catch. */
  readonly error: ThrownInfo | null
  /** The last lines that it wrote. */
  readonly output: string
  /** The last stack seen of a hang, innermost frame first. */
  readonly stack: readonly string[]
  /** A `.cpuprofile` of a hang; null where none could be taken or stored. */
  readonly profilePath: string | null
}
