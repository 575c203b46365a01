import type { PluginManager } from '@plugboard/core'
import {
  BOARD_COLUMNS,
  diffBus,
  diffRows,
  encodeRow,
  type BoardDelta,
  type BoardRow,
  type BoardSnapshot,
  type BusStatsView,
  type Handle,
  type ManagerStatsView,
  type WireError,
} from '@plugboard/protocol'
import type { Sampler } from '../telemetry/sampler.ts'
import { boardRow } from '../views.ts'
import type { TopicHub } from './topic-hub.ts'

const TOPIC = 'board'
/** State changes that come together travel together; the board promises them within 250 ms. */
const SOON_MS = 100

interface Totals {
  readonly manager: ManagerStatsView
  readonly bus: BusStatsView
  readonly storeTrouble: WireError | null
}

interface LiveBoardOptions {
  readonly sampler: Sampler
  readonly hub: TopicHub
  /** Why nothing can be written down; null while it can. */
  readonly readTrouble: () => WireError | null
}

/** The `board` topic: one row per plugin, and what changed since it was last sent. */
export class LiveBoard {
  readonly #manager: PluginManager
  readonly #sampler: Sampler
  readonly #hub: TopicHub
  readonly #readTrouble: () => WireError | null
  readonly #handles = new Map<string, Handle>()
  #nextHandle = 1
  #rows: ReadonlyMap<Handle, BoardRow> = new Map()
  #totals: Totals
  #soon: NodeJS.Timeout | undefined

  constructor(manager: PluginManager, { sampler, hub, readTrouble }: LiveBoardOptions) {
    this.#readTrouble = readTrouble
    this.#manager = manager
    this.#sampler = sampler
    this.#hub = hub
    this.#totals = this.#readTotals()
  }

  snapshot(): BoardSnapshot {
    return {
      columns: [...BOARD_COLUMNS],
      rows: [...this.#rows].map(([handle, row]) => encodeRow(handle, row)),
      ...this.#totals,
    }
  }

  flushSoon(): void {
    this.#soon ??= setTimeout(() => this.flush(), SOON_MS).unref()
  }

  flush(): void {
    clearTimeout(this.#soon)
    this.#soon = undefined
    const rows = this.#readRows()
    const totals = this.#readTotals()
    const bus = diffBus(this.#totals.bus, totals.bus)
    const delta: BoardDelta = {
      ...diffRows(this.#rows, rows),
      ...(!isSame(totals.manager, this.#totals.manager) && { manager: totals.manager }),
      ...(bus && { bus }),
      ...(totals.storeTrouble?.message !== this.#totals.storeTrouble?.message && { storeTrouble: totals.storeTrouble }),
    }
    this.#rows = rows
    this.#totals = totals
    if (Object.keys(delta).length > 0) this.#hub.publish(TOPIC, delta)
  }

  stop(): void {
    clearTimeout(this.#soon)
  }

  #readRows(): ReadonlyMap<Handle, BoardRow> {
    const plugins = this.#manager.getAllPlugins()
    const loaded = new Set(plugins.map(({ metadata }) => metadata.id))
    for (const id of this.#handles.keys()) if (!loaded.has(id)) this.#handles.delete(id)
    return new Map(
      plugins.flatMap((plugin) => {
        const { id } = plugin.metadata
        const health = this.#manager.getPluginHealth(id)
        return health ? [[this.#handleOf(id), boardRow(plugin, health, this.#sampler.lastOf(id))]] : []
      }),
    )
  }

  #readTotals(): Totals {
    return {
      manager: this.#manager.getPluginStats(),
      bus: this.#manager.context.eventBus.getStats(),
      storeTrouble: this.#readTrouble(),
    }
  }

  #handleOf(id: string): Handle {
    const handle = this.#handles.get(id) ?? this.#nextHandle++
    this.#handles.set(id, handle)
    return handle
  }
}

function isSame(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
