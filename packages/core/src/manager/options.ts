import type { JsonObject, LogLevel } from '@plugboard/plugin-sdk'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { getHeapStatistics } from 'node:v8'
import type { OverflowPolicy } from '../accounting/mailbox.ts'
import type { VersionSource } from '../catalog/release.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { HookDeadlines } from '../instance/hook-deadlines.ts'
import { checkRestartPolicy, type RestartPolicy } from '../supervision/restart-policy.ts'
import { MAX_TIMER_MS } from '../util/timer.ts'
import { checkNames } from '../errors/check-names.ts'

export interface HostLogger {
  log(level: LogLevel, message: string, fields?: JsonObject): void
}

export interface PluginManagerOptions {
  /** Where installed versions of plugins are read, such as a `Catalog` of `@plugboard/catalog`. Default: none are. */
  readonly catalog?: VersionSource
  /** Names this host in facts and in the origin of events: `[a-z0-9-]`, up to 63. Default: the machine’s name. */
  readonly node?: string
  /** Where plugins' data folders and the notes on guests lie. Default: `.plugboard` in the working directory. */
  readonly dataDir?: string
  /** Folders that relative paths resolve against and `scanAndLoadPlugins` reads. */
  readonly pluginPaths?: readonly string[]
  /** Gets what the manager reports, and what plugins log, with `plugin`, `origin` and `fields`. */
  readonly logger?: HostLogger
  readonly deadlines?: Partial<HookDeadlines>
  /** More errors than this put a plugin in `error`. Default 10. */
  readonly errorLimit?: number
  /** After this time without an error, the count toward the error limit starts at 0 again. Default 10 minutes; may be Infinity. */
  readonly quietMs?: number
  /** Events that wait for one plugin. Default 10,000. */
  readonly mailboxCapacity?: number
  /** Bytes of the events that wait for one plugin. Default 16 MiB. */
  readonly mailboxBytes?: number
  /** Bytes of the events that wait for all plugins together. Default: 1/64 of the heap that V8 may use. */
  readonly totalMailboxBytes?: number
  readonly overflow?: OverflowPolicy
  /** Dead letters kept per plugin. Default 1,000. */
  readonly deadLetterCapacity?: number
  /** Bytes of dead letters kept per plugin. Default 8 MiB. */
  readonly deadLetterBytes?: number
  /** Bytes of dead letters kept of all plugins together. Default: 1/64 of the heap that V8 may use. */
  readonly totalDeadLetterBytes?: number
  /** Bytes of shared data. Default: 1/64 of the heap that V8 may use. */
  readonly totalSharedDataBytes?: number
  /** Bytes of the messages that plugins have got and not answered. Default: 1/64 of the heap that V8 may use. */
  readonly totalMessageBytes?: number
  /**
   * While less memory of the machine is free, in bytes, a version that an update has replaced does not stand by. Default
   * 128 MiB.
   */
  readonly standbyFreeBytes?: number
  /** Times per second that one plugin may publish or ask its host for anything else. Default 50,000. */
  readonly publishesPerSecond?: number
  /** Ids that may run inline, in the host's own thread. Default: none. */
  readonly inlinePlugins?: readonly string[]
  /** When plugins that failed are started again by themselves, where `loadPlugin` does not say. Default `on-crash`. */
  readonly restartPolicy?: RestartPolicy
  /** Automatic restarts in any minute, over all plugins. Default 20. */
  readonly restartsPerMinute?: number
  /** A plugin that was active for that long has recovered: its next restart is at once again. Default 10 minutes. */
  readonly recoveredMs?: number
  /** How long `close` waits for plugins to stop before it kills them. Default 15 s. */
  readonly closeMs?: number
}

export type Settings = Required<Omit<PluginManagerOptions, 'deadlines' | 'catalog'>> & {
  readonly deadlines: HookDeadlines
  readonly catalog: VersionSource | null
}

const DEADLINES: HookDeadlines = {
  initializeMs: 10_000,
  startMs: 10_000,
  stopMs: 5_000,
  cleanupMs: 5_000,
  updateConfigMs: 5_000,
  handleEventMs: 5_000,
}

const OPTIONS: readonly string[] = [
  'catalog',
  'node',
  'dataDir',
  'pluginPaths',
  'logger',
  'deadlines',
  'errorLimit',
  'quietMs',
  'mailboxCapacity',
  'mailboxBytes',
  'totalMailboxBytes',
  'overflow',
  'deadLetterCapacity',
  'deadLetterBytes',
  'totalDeadLetterBytes',
  'totalSharedDataBytes',
  'totalMessageBytes',
  'standbyFreeBytes',
  'publishesPerSecond',
  'inlinePlugins',
  'restartPolicy',
  'restartsPerMinute',
  'recoveredMs',
  'closeMs',
] satisfies (keyof PluginManagerOptions)[]

/** @throws PluginError `OPTION_INVALID` */
export function withDefaults(options: PluginManagerOptions): Settings {
  checkNames(options, OPTIONS)
  checkNames(options.deadlines ?? {}, Object.keys(DEADLINES), 'deadlines.')
  const deadlines = { ...DEADLINES, ...options.deadlines }
  return {
    catalog: options.catalog ?? null,
    node: checkNodeName(options.node ?? defaultNodeName()),
    dataDir: checkDataDir(resolve(options.dataDir ?? '.plugboard')),
    pluginPaths: options.pluginPaths ?? [],
    logger: harmless(options.logger ?? { log: () => {} }),
    deadlines: Object.fromEntries(
      Object.entries(deadlines).map(([name, ms]) => [name, duration(ms, `deadlines.${name}`)]),
    ) as unknown as HookDeadlines,
    errorLimit: atLeast(options.errorLimit ?? 10, 0, 'errorLimit'),
    quietMs: atLeast(options.quietMs ?? 600_000, 0, 'quietMs'),
    mailboxCapacity: atLeast(options.mailboxCapacity ?? 10_000, 1, 'mailboxCapacity'),
    mailboxBytes: atLeast(options.mailboxBytes ?? 16 * MEBIBYTE, 1, 'mailboxBytes'),
    totalMailboxBytes: atLeast(options.totalMailboxBytes ?? shareOfHeap(), 1, 'totalMailboxBytes'),
    overflow: overflowPolicy(options.overflow ?? 'drop-oldest'),
    deadLetterCapacity: atLeast(options.deadLetterCapacity ?? 1_000, 1, 'deadLetterCapacity'),
    deadLetterBytes: atLeast(options.deadLetterBytes ?? 8 * MEBIBYTE, 1, 'deadLetterBytes'),
    totalDeadLetterBytes: atLeast(options.totalDeadLetterBytes ?? shareOfHeap(), 1, 'totalDeadLetterBytes'),
    totalSharedDataBytes: atLeast(options.totalSharedDataBytes ?? shareOfHeap(), 1, 'totalSharedDataBytes'),
    totalMessageBytes: atLeast(options.totalMessageBytes ?? shareOfHeap(), 1, 'totalMessageBytes'),
    standbyFreeBytes: atLeast(options.standbyFreeBytes ?? 128 * MEBIBYTE, 0, 'standbyFreeBytes'),
    publishesPerSecond: atLeast(options.publishesPerSecond ?? 50_000, 1, 'publishesPerSecond'),
    inlinePlugins: options.inlinePlugins ?? [],
    restartPolicy: checkRestartPolicy(options.restartPolicy ?? 'on-crash'),
    restartsPerMinute: atLeast(options.restartsPerMinute ?? 20, 1, 'restartsPerMinute'),
    recoveredMs: atLeast(options.recoveredMs ?? 600_000, 0, 'recoveredMs'),
    closeMs: duration(options.closeMs ?? 15_000, 'closeMs'),
  }
}

/** What goes wrong in a host's logger must not become the failure of what it logs. */
function harmless(logger: HostLogger): HostLogger {
  return {
    log(...entry) {
      try {
        const result: unknown = logger.log(...entry)
        if (result instanceof Promise) result.catch(() => {})
      } catch {
        // There is nowhere left to say it.
      }
    },
  }
}

function checkDataDir(dataDir: string): string {
  if (!dataDir.includes('*')) return dataDir
  const message = `the option dataDir is ${dataDir}; it must not contain *, which Node takes for a wildcard in a permission`
  throw new PluginError('OPTION_INVALID', message, { option: 'dataDir' })
}

const MEBIBYTE = 1_048_576
/** A list of empty objects takes 23 times the bytes of its JSON: with this, queues and dead letters fit into the heap. */
const HEAP_SHARE = 64

function shareOfHeap(): number {
  return Math.floor(getHeapStatistics().heap_size_limit / HEAP_SHARE)
}

const NODE_NAME = /^[a-z0-9-]{1,63}$/

/** This machine’s name, as far as it may name a host. */
export function defaultNodeName(): string {
  const name = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, 63)
  return NODE_NAME.test(name) ? name : 'localhost'
}

function checkNodeName(node: string): string {
  if (typeof node === 'string' && NODE_NAME.test(node)) return node
  const message = `the option node is ${JSON.stringify(node)}; it must be 1 to 63 of a-z, 0-9 and -`
  throw new PluginError('OPTION_INVALID', message, { option: 'node' })
}

function duration(ms: number, option: string): number {
  return Math.min(atLeast(ms, 0, option), MAX_TIMER_MS)
}

function overflowPolicy(policy: OverflowPolicy): OverflowPolicy {
  if (policy === 'drop-oldest' || policy === 'drop-newest') return policy
  const message = `the option overflow is ${String(policy)}; it must be drop-oldest or drop-newest`
  throw new PluginError('OPTION_INVALID', message, { option: 'overflow' })
}

/** @throws PluginError `OPTION_INVALID` */
export function atLeast(value: number, least: number, option: string): number {
  if (typeof value === 'number' && value >= least) return value
  throw new PluginError('OPTION_INVALID', `the option ${option} is ${String(value)}; it must be at least ${least}`, {
    option,
  })
}
