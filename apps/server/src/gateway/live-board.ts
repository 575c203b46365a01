import type { EventBus } from '@plugboard/core'
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
  type LogOutputView,
  type ManagerStatsView,
  type WireError,
} from '@plugboard/protocol'
import type { Silences } from '../incidents/silences.ts'
import type { Sampler } from '../telemetry/sampler.ts'
import type { Snapshots } from '../telemetry/snapshots.ts'
import { boardRow } from '../views/plugin.ts'
import type { TopicHub } from './topic-hub.ts'

const TOPIC = 'board'
/** State changes that come together travel together; the board promises them within 250 ms. */
const SOON_MS = 100

interface Totals {
  readonly manager: ManagerStatsView
  readonly bus: BusStatsView
  readonly storeTrouble: WireError | null
  readonly logOutput: LogOutputView
}

interface LiveBoardOptions {
  readonly snapshots: Snapshots
  readonly eventBus: Pick<EventBus, 'getStats'>
  readonly sampler: Pick<Sampler, 'lastOf'>
  readonly silences: Pick<Silences, 'of'>
  readonly hub: Pick<TopicHub, 'publish'>
  /** Why nothing can be written down; null while it can. */
  readonly readTrouble: () => WireError | null
  readonly readLogOutput: () => LogOutputView
}

/** The `board` topic: one row per plugin, and what changed since it was last sent. */
export class LiveBoard {
  readonly #options: LiveBoardOptions
  readonly #handles = new Map<string, Handle>()
  #nextHandle = 1
  #rows: ReadonlyMap<Handle, BoardRow> = new Map()
  #totals: Totals
  #soon: NodeJS.Timeout | undefined

  constructor(options: LiveBoardOptions) {
    this.#options = options
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
      ...(!isSame(totals.logOutput, this.#totals.logOutput) && { logOutput: totals.logOutput }),
    }
    this.#rows = rows
    this.#totals = totals
    if (Object.keys(delta).length > 0) this.#options.hub.publish(TOPIC, delta)
  }

  stop(): void {
    clearTimeout(this.#soon)
  }

  #readRows(): ReadonlyMap<Handle, BoardRow> {
    const { snapshots, sampler, silences } = this.#options
    const { plugins } = snapshots.current()
    const loaded = new Set(plugins.map(({ metadata }) => metadata.id))
    for (const id of this.#handles.keys()) if (!loaded.has(id)) this.#handles.delete(id)
    return new Map(
      plugins.map((plugin) => {
        const { id } = plugin.metadata
        return [this.#handleOf(id), boardRow(plugin, { point: sampler.lastOf(id), silence: silences.of(id) })]
      }),
    )
  }

  #readTotals(): Totals {
    const { snapshots, eventBus, readTrouble, readLogOutput } = this.#options
    return {
      manager: snapshots.current().stats,
      bus: eventBus.getStats(),
      storeTrouble: readTrouble(),
      logOutput: readLogOutput(),
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
