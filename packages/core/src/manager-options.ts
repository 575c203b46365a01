import type { Isolation, JsonObject, LogLevel, Permission } from '@plugboard/plugin-sdk'
import { resolve } from 'node:path'
import type { OverflowPolicy } from './events/mailbox.ts'

/** How long each hook may take, in milliseconds. */
export interface HookDeadlines {
  /** Import and `initialize` together. */
  readonly initializeMs: number
  readonly startMs: number
  readonly stopMs: number
  readonly cleanupMs: number
  readonly updateConfigMs: number
  readonly handleEventMs: number
}

export interface HostLogger {
  log(level: LogLevel, message: string, fields?: JsonObject): void
}

export interface PluginManagerOptions {
  /** Where plugins' data folders and the notes on guests lie. Default: `.plugboard` in the working directory. */
  readonly dataDir?: string
  /** Folders that relative paths resolve against and `scanAndLoadPlugins` reads. */
  readonly pluginPaths?: readonly string[]
  readonly logger?: HostLogger
  readonly deadlines?: Partial<HookDeadlines>
  /** More errors than this put a plugin in `error`. Default 10. */
  readonly errorLimit?: number
  /** That long without an error and the count toward the limit begins anew. Default 10 minutes; may be Infinity. */
  readonly quietMs?: number
  /** Events that wait for one plugin. Default 10,000. */
  readonly mailboxCapacity?: number
  readonly overflow?: OverflowPolicy
  /** Dead letters kept per plugin. Default 1,000. */
  readonly deadLetterCapacity?: number
  /** Events per second that one plugin may publish. Default 5,000. */
  readonly publishesPerSecond?: number
  /** Ids that may run inline, in the host's own thread. Default: none. */
  readonly inlinePlugins?: readonly string[]
  /** How long `close` waits for plugins to stop before it kills them. Default 15 s. */
  readonly closeMs?: number
}

export interface LoadOptions {
  /** Start it as well. Default true. */
  readonly enabled?: boolean
  /** What it may do, beyond reading VM state. */
  readonly grant?: readonly Permission[]
  readonly isolation?: Isolation
  readonly config?: JsonObject
}

export type Settings = Required<Omit<PluginManagerOptions, 'deadlines'>> & { readonly deadlines: HookDeadlines }

const DEADLINES: HookDeadlines = {
  initializeMs: 10_000,
  startMs: 10_000,
  stopMs: 5_000,
  cleanupMs: 5_000,
  updateConfigMs: 5_000,
  handleEventMs: 5_000,
}

export function withDefaults(options: PluginManagerOptions): Settings {
  return {
    dataDir: resolve(options.dataDir ?? '.plugboard'),
    pluginPaths: options.pluginPaths ?? [],
    logger: options.logger ?? { log: () => {} },
    deadlines: { ...DEADLINES, ...options.deadlines },
    errorLimit: options.errorLimit ?? 10,
    quietMs: options.quietMs ?? 600_000,
    mailboxCapacity: options.mailboxCapacity ?? 10_000,
    overflow: options.overflow ?? 'drop-oldest',
    deadLetterCapacity: options.deadLetterCapacity ?? 1_000,
    publishesPerSecond: options.publishesPerSecond ?? 5_000,
    inlinePlugins: options.inlinePlugins ?? [],
    closeMs: options.closeMs ?? 15_000,
  }
}
