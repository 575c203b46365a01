import { clock, Listeners, type PluginFact } from '@plugboard/core'
import type { Dispose } from '@plugboard/plugin-sdk'
import type { LogLevel, LogLine } from '@plugboard/protocol'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import { roughSize } from '../store/rough-size.ts'
import type { Store } from '../store/store.ts'
import { logLineOf } from '../views/log.ts'
import type { LogLevelRow } from '../store/tables/logs.ts'

type LogFact = Extract<PluginFact, { type: 'log' }>

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }
const DEFAULT_LEVEL: LogLevel = 'info'
const PRUNE_MS = 60_000
/** As long as what a plugin has logged is kept once it is unloaded. */
const KEPT_UNLOADED_MS = 7 * 24 * 3_600_000
const SWEEP_MS = 3_600_000
/** Entries are pruned as soon as so much has come. */
const PRUNE_BYTES = 16 * 1_024 * 1_024
const MAX_WAITING_BYTES = 32 * 1_024 * 1_024

interface LogStoreOptions {
  readonly store: Store
  readonly log: Logger
  /** A level has fallen back at its time. */
  readonly onFallBack: (level: LogLevelRow) => void
}

/** Stores the log entries of plugins from the level on that is set for each, bounded on disk. */
export class LogStore {
  readonly #options: LogStoreOptions
  readonly #outbox: Outbox<LogLine>
  readonly #listeners = new Listeners<LogLine>()
  readonly #levels = new Map<string, LogLevelRow>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #pruneTimer: NodeJS.Timeout
  readonly #sweepTimer: NodeJS.Timeout
  /** Since the entries were last pruned. */
  #grownBytes = 0
  /** Plugins with new entries since their entries were last pruned. */
  readonly #grown = new Set<string>()

  private constructor(options: LogStoreOptions) {
    const { store, log } = options
    this.#options = options
    this.#outbox = new Outbox({
      name: 'logs',
      among: store.outboxes,
      delayMs: 500,
      capacity: 20_000,
      sizeOf: (line: LogLine) => roughSize(line),
      capacityBytes: MAX_WAITING_BYTES,
      log,
      write: (lines) => store.logs.add(lines),
    })
    this.#pruneTimer = setInterval(() => void this.#prune(), PRUNE_MS).unref()
    this.#sweepTimer = setInterval(() => void this.#sweep(), SWEEP_MS).unref()
  }

  static async open(options: LogStoreOptions): Promise<LogStore> {
    const store = new LogStore(options)
    for (const level of await options.store.logs.levels()) store.#use(level)
    await store.#sweep()
    return store
  }

  /** Each line that is stored. */
  onDidTake(listener: (line: LogLine) => void): Dispose {
    return this.#listeners.add(listener)
  }

  /** Whether entries of this level are stored. */
  wants({ id, level, origin }: LogFact): boolean {
    // Entries of the runtime are stored at every level.
    return origin === 'runtime' || RANK[level] >= RANK[this.levelOf(id).level]
  }

  takeFact(fact: LogFact): void {
    const line = logLineOf(fact)
    this.#outbox.push(line)
    this.#grown.add(line.id)
    this.#grownBytes += roughSize(line)
    if (this.#grownBytes > PRUNE_BYTES) void this.#prune()
    this.#listeners.emit(line, (err) => this.#options.log.error({ err }, 'a listener of log lines threw'))
  }

  levelOf(pluginId: string): LogLevelRow {
    return this.#levels.get(pluginId) ?? { pluginId, level: DEFAULT_LEVEL, fallBack: null }
  }

  /**
   * From now on, or for some minutes; written first.
   * @throws StoreError
   */
  async setLevel(pluginId: string, level: LogLevel, minutes?: number): Promise<LogLevelRow> {
    const before = this.levelOf(pluginId)
    // If a temporary level is in force already, fall back to the level before that one.
    const to = before.fallBack?.to ?? before.level
    const fallBack = minutes === undefined ? null : { to, at: clock.epoch() + minutes * 60_000 }
    const row = { pluginId, level, fallBack }
    await this.#options.store.logs.setLevel(row)
    this.#use(row)
    return row
  }

  /** A plugin was unloaded: another one of its name begins anew. */
  forget(pluginId: string): void {
    if (this.#levels.has(pluginId)) this.#putInForce({ pluginId, level: DEFAULT_LEVEL, fallBack: null })
  }

  /** For readers: recent entries are on disk afterwards, where the store works. */
  async catchUp(): Promise<void> {
    await this.#outbox.catchUp()
  }

  async close(): Promise<void> {
    clearInterval(this.#pruneTimer)
    clearInterval(this.#sweepTimer)
    for (const timer of this.#timers.values()) clearTimeout(timer)
    await this.#outbox.close()
  }

  #use(row: LogLevelRow): void {
    const { pluginId, fallBack } = row
    this.#levels.set(pluginId, row)
    clearTimeout(this.#timers.get(pluginId))
    this.#timers.delete(pluginId)
    if (!fallBack) return
    const timer = setTimeout(() => this.#fallBack(pluginId, fallBack.to), Math.max(0, fallBack.at - clock.epoch()))
    this.#timers.set(pluginId, timer.unref())
  }

  #fallBack(pluginId: string, level: LogLevel): void {
    const row = { pluginId, level, fallBack: null }
    // Where that cannot be written, the next start falls back at once: its time is on disk.
    this.#putInForce(row)
    this.#options.onFallBack(row)
  }

  #putInForce(row: LogLevelRow): void {
    this.#use(row)
    this.#options.store.logs.setLevel(row).catch(() => {})
  }

  async #sweep(): Promise<void> {
    // Where that is not possible now, it is tried again an hour later.
    await this.#options.store.logs.sweep({ before: clock.epoch() - KEPT_UNLOADED_MS }).catch(() => {})
  }

  async #prune(): Promise<void> {
    const ids = [...this.#grown]
    this.#grown.clear()
    this.#grownBytes = 0
    if (ids.length === 0) return
    await this.#options.store.logs.prune({ ids }).catch(() => {
      for (const id of ids) this.#grown.add(id)
    })
  }
}
