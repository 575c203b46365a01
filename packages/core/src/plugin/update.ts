import type { Permission } from '@plugboard/plugin-sdk'
import type { KnownPlugin } from '../catalog/release.ts'
import type { StoredConfig } from '../config/secret.ts'
import type { ErrorBrief } from '../errors/error-brief.ts'
import type { PluginError } from '../errors/plugin-error.ts'
import type { Instance } from '../instance/instance.ts'

/**
 * Where an update stands. `handing-over`: no event is handled until one of both versions goes on. `watching`: from the moment
 * the new version has taken over until it is known whether it is as good as the old one. `failed`: the new one never took
 * over, or the old one could not come back.
 */
export type UpdatePhase =
  | 'preparing'
  | 'handing-over'
  | 'watching'
  | 'settled'
  | 'rolling-back'
  | 'rolled-back'
  | 'failed'

/**
 * `swap`: the new version is made beside the old one, and takes over its state between two events. `exclusive`: the old one is
 * stopped first, since both cannot run at once; its state is taken over. `restart`: the old one is ended first, and its state
 * with it.
 */
export type UpdateStrategy = 'swap' | 'exclusive' | 'restart'

/** What became of the state of an instance. */
export type StateOutcome =
  | 'taken'
  /** The old one has none to hand over. */
  | 'none'
  /** The new one takes none, or none of this form. */
  | 'dropped'

/**
 * What decides over an update. Bad at once: `crash`, `hang`, `out-of-memory`, `error-limit`. Bad as well: `host-ended`, where the
 * whole host ended again and again. Bad by comparison with the version
 * before: `error-rate`, `latency`, `memory`, `dropped`. Not bad: `events`, where it handled enough of them, or `time`. `failed`:
 * it did not take over.
 */
export type VerdictMetric =
  | 'crash'
  | 'hang'
  | 'out-of-memory'
  | 'error-limit'
  | 'host-ended'
  | 'error-rate'
  | 'latency'
  | 'memory'
  | 'dropped'
  | 'events'
  | 'time'
  | 'manual'
  | 'failed'

/** What is known of one version while it ran. */
export interface UpdateMetrics {
  /** How long, in milliseconds. */
  readonly forMs: number
  /** Events, and those of them that failed. */
  readonly handled: number
  readonly failed: number
  /** The 95th percentile of handler latency. */
  readonly p95Ms: number | null
  /** Resident memory that no other process shares. */
  readonly memoryBytes: number | null
  /** Events accepted into the queue, and those of them that were dropped. */
  readonly accepted: number
  readonly dropped: number
}

/** How the new version of an update does, and what decided. */
export interface Verdict {
  readonly result: 'good' | 'bad' | 'unsure'
  readonly metric: VerdictMetric
  /** One plain sentence. */
  readonly message: string
  /** What ended it, where it is bad for that. */
  readonly error: ErrorBrief | null
}

/** The last update of a plugin. */
export interface PluginUpdate {
  /** Versions. */
  readonly from: string
  readonly to: string
  /** Of the new version, where it is an installed one. */
  readonly digest: string | null
  readonly strategy: UpdateStrategy
  readonly phase: UpdatePhase
  /** When this phase began, in epoch milliseconds. */
  readonly since: number
  /** When the watching ends at the latest; null in every other phase. */
  readonly until: number | null
  /** What became of the state of the old version; null until it was handed over. */
  readonly state: StateOutcome | null
  /** How often it was taken up after the end of the host. */
  readonly resumes: number
  /** Of both versions, from the moment the new one has taken over. */
  readonly metrics: { readonly before: UpdateMetrics; readonly after: UpdateMetrics } | null
  readonly verdict: Verdict | null
}

/** An update that is not over, as a host stores it, to take it up after the host itself was gone. */
export interface StoredUpdate {
  readonly progress: PluginUpdate
  readonly former: KnownPlugin
  /** The config that was set for the former version. */
  readonly config: StoredConfig & { readonly revision: number }
  /** The revision of the config after the update. */
  readonly revisionAfter: number
  /** What was granted for the new version. */
  readonly added: readonly Permission[]
  readonly watchMs: number | null
  /** The host has stopped it in order: its end was no accident. */
  readonly hostStopped: boolean
}

/** An update that has begun, as its plugin sees it. */
export interface UpdateInHand {
  readonly progress: PluginUpdate
  /** Null where it is over. */
  readonly stored: StoredUpdate | null
  /** The current instance has failed. @returns whether the former version comes back for that */
  takeFailure(error: PluginError): boolean
  /** An instance beside the current one has ended by itself. */
  lose(instance: Instance, error: PluginError): void
  /** Called twice a second. @param now milliseconds of a monotonic clock */
  inspect(now: number): void
  /** The plugin is restarted: what stands by stays. */
  pause(): void
  /** The plugin is being stopped: nothing stands by any more. Nothing is watched either, unless its host starts again. */
  end(by: { readonly hostEnds: boolean }): Promise<void>
}

/** The table that decides which phase may follow. */
const NEXT: Readonly<Record<UpdatePhase, readonly UpdatePhase[]>> = {
  preparing: ['handing-over', 'failed'],
  'handing-over': ['watching', 'failed'],
  watching: ['settled', 'rolling-back'],
  'rolling-back': ['rolled-back', 'settled', 'failed'],
  settled: [],
  'rolled-back': [],
  failed: [],
}

/** One version has given up its place and the other one has not taken it: events wait. */
export function isChangingHands(phase: UpdatePhase): boolean {
  return phase === 'handing-over' || phase === 'rolling-back'
}

export function isUpdatePhase(value: unknown): value is UpdatePhase {
  return typeof value === 'string' && Object.hasOwn(NEXT, value)
}

export function canProceed(from: UpdatePhase, to: UpdatePhase): boolean {
  return NEXT[from].includes(to)
}
