import type { ErrorBrief } from '../errors/error-brief.ts'
import type { DeadLetter } from '../accounting/dead-letters.ts'
import type { LogEntry } from '../instance/log-entry.ts'
import type { ReleaseChange } from './release-change.ts'
import type { PluginState } from './state.ts'
import type { PluginUpdate } from './update.ts'
import type { RestartPolicy } from '../supervision/restart-policy.ts'

/** A fact before it is announced. Each has happened; times are epoch milliseconds. */
export type FactBody =
  | { readonly type: 'loaded'; readonly id: string; readonly at: number }
  | { readonly type: 'unloaded'; readonly id: string; readonly at: number }
  | {
      readonly type: 'state'
      readonly id: string
      readonly at: number
      readonly from: PluginState
      readonly to: PluginState
      /** Why, when it is an error. */
      readonly error: ErrorBrief | null
      /** When the plugin will be restarted automatically, in epoch milliseconds; null: not scheduled. */
      readonly nextRestartAt: number | null
    }
  /**
   * The automatic restart of a plugin in error was postponed or cancelled, or a start was refused. Null: no restart is
   * scheduled.
   */
  | {
      readonly type: 'restart-due'
      readonly id: string
      readonly at: number
      readonly nextRestartAt: number | null
    }
  /** An active plugin has given no sign of life for 3 s, or gives one again. */
  | { readonly type: 'responsiveness'; readonly id: string; readonly at: number; readonly responsive: boolean }
  | {
      readonly type: 'config'
      readonly id: string
      readonly at: number
      readonly revision: number
      readonly applied: boolean
    }
  | { readonly type: 'grants'; readonly id: string; readonly at: number }
  | {
      readonly type: 'restart-policy'
      readonly id: string
      readonly at: number
      readonly policy: RestartPolicy
    }
  | { readonly type: 'dead-letter'; readonly id: string; readonly at: number; readonly letter: DeadLetter }
  /** Some of its events were replayed; those that are left. */
  | { readonly type: 'dead-letter-reduced'; readonly id: string; readonly at: number; readonly letter: DeadLetter }
  /** It was replayed or discarded. */
  | { readonly type: 'dead-letter-gone'; readonly id: string; readonly at: number; readonly letterId: string }
  /** A plugin.json that is not what it was counts from now on: a start has read it, or an update has brought it. */
  | {
      readonly type: 'release'
      readonly id: string
      readonly at: number
      /** The one that is in force now. */
      readonly version: string
      readonly changes: readonly ReleaseChange[]
      /** It is a part of the update that is under way. */
      readonly byUpdate: boolean
    }
  /** An update of it has begun, or is in another phase. */
  | { readonly type: 'update'; readonly id: string; readonly at: number; readonly update: PluginUpdate }
  | (LogEntry & { readonly type: 'log'; readonly id: string; readonly at: number })

/** What a manager’s `onDidChange` announces: a fact about a plugin of this node. */
export type PluginFact = FactBody & {
  /** The host that it happened on. */
  readonly node: string
}
