import { Listeners, type PluginFact } from '@plugboard/core'
import type { Dispose } from '@plugboard/plugin-sdk'
import type { LogLevel, LogLine } from '@plugboard/protocol'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import { logLineOf } from '../views/log.ts'
import type { LogLevelRow } from '../store/tables/logs.ts'

type LogFact = Extract<PluginFact, { type: 'log' }>

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }
const DEFAULT_LEVEL: LogLevel = 'info'
const PRUNE_MS = 60_000

interface LogStoreOptions {
  readonly store: Store
  readonly log: Logger
  /** A level has fallen back at its time. */
  readonly onFallBack: (level: LogLevelRow) => void
}

/** What plugins say and write, at the level that is wanted of each; bounded on disk. */
export class LogStore {
  readonly #options: LogStoreOptions
  readonly #outbox: Outbox<LogLine>
  readonly #listeners = new Listeners<LogLine>()
  readonly #levels = new Map<string, LogLevelRow>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #pruneTimer: NodeJS.Timeout
  /** Plugins that have said something since the last look at how much is kept. */
  readonly #grown = new Set<string>()

  private constructor(options: LogStoreOptions) {
    const { store, log } = options
    this.#options = options
    this.#outbox = new Outbox({
      name: 'logs',
      delayMs: 500,
      capacity: 20_000,
      log,
      write: (lines) => store.logs.add(lines),
    })
    this.#pruneTimer = setInterval(() => void this.#prune(), PRUNE_MS).unref()
  }

  static async open(options: LogStoreOptions): Promise<LogStore> {
    const store = new LogStore(options)
    for (const level of await options.store.logs.levels()) store.#use(level)
    return store
  }

  /** Each line that is stored. */
  onDidTake(listener: (line: LogLine) => void): Dispose {
    return this.#listeners.add(listener)
  }

  /** Whether an entry is of a level that is kept. */
  wants({ id, level, origin }: LogFact): boolean {
    // What the runtime says of a plugin is never too little.
    return origin === 'runtime' || RANK[level] >= RANK[this.levelOf(id).level]
  }

  takeFact(fact: LogFact): void {
    const line = logLineOf(fact)
    this.#outbox.push(line)
    this.#grown.add(line.id)
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
    // A second detour comes back to where the first one began.
    const to = before.fallBack?.to ?? before.level
    const fallBack = minutes === undefined ? null : { to, at: Date.now() + minutes * 60_000 }
    const row = { pluginId, level, fallBack }
    await this.#options.store.logs.setLevel(row)
    this.#use(row)
    return row
  }

  /** For readers: recent entries are on disk afterwards, where the store works. */
  async catchUp(): Promise<void> {
    await this.#outbox.catchUp()
  }

  async close(): Promise<void> {
    clearInterval(this.#pruneTimer)
    for (const timer of this.#timers.values()) clearTimeout(timer)
    await this.#outbox.close()
  }

  #use(row: LogLevelRow): void {
    const { pluginId, fallBack } = row
    this.#levels.set(pluginId, row)
    clearTimeout(this.#timers.get(pluginId))
    this.#timers.delete(pluginId)
    if (!fallBack) return
    const timer = setTimeout(() => this.#fallBack(pluginId, fallBack.to), Math.max(0, fallBack.at - Date.now()))
    this.#timers.set(pluginId, timer.unref())
  }

  #fallBack(pluginId: string, level: LogLevel): void {
    const row = { pluginId, level, fallBack: null }
    this.#use(row)
    this.#options.onFallBack(row)
    // Where that cannot be written, the next start falls back at once: its time is on disk.
    this.#options.store.logs.setLevel(row).catch(() => {})
  }

  async #prune(): Promise<void> {
    const ids = [...this.#grown]
    this.#grown.clear()
    if (ids.length === 0) return
    await this.#options.store.logs.prune({ ids }).catch(() => {
      for (const id of ids) this.#grown.add(id)
    })
  }
}
