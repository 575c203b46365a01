import {
  BOARD_COLUMNS,
  diffRows,
  encodeRow,
  type BoardDelta,
  type BoardRow,
  type BoardSnapshot,
  type Handle,
} from '@plugboard/protocol'

const ROWS = 1_000
const CHANGED_SHARE = 0.2
/** How often the board changes, in milliseconds. */
export const TICK_MS = 250
/** Figures are sampled once a second; counters are read at every tick. */
const TICKS_PER_SAMPLE = 4

const totals = {
  manager: {
    totalPlugins: ROWS,
    activePlugins: ROWS,
    errorPlugins: 0,
    loadedPluginTypes: { Custom: ROWS },
    totalEventsProcessed: 0,
    totalErrors: 0,
    totalMemoryUsage: 0,
    sharedData: { keys: 0, bytes: 0 },
    waitingMessages: { count: 0, bytes: 0 },
  },
  bus: { totalPublished: 0, totalSubscribers: ROWS, eventsByType: {} },
  storeTrouble: null,
  logOutput: { trouble: null, lostLines: 0 },
}

/** A board of 1,000 plugins that run nowhere: a fifth of its rows change at every tick. */
export class SimulatedBoard {
  #rows: ReadonlyMap<Handle, BoardRow> = new Map(Array.from({ length: ROWS }, (_, n) => [n + 1, firstRow(n)]))
  #tick = 0

  snapshot(): BoardSnapshot {
    return {
      columns: [...BOARD_COLUMNS],
      rows: [...this.#rows].map(([handle, row]) => encodeRow(handle, row)),
      ...totals,
    }
  }

  /** What the next tick changes. */
  advance(): BoardDelta {
    this.#tick += 1
    const isSample = this.#tick % TICKS_PER_SAMPLE === 0
    const next = new Map(
      [...this.#rows].map(([handle, row]) => [handle, Math.random() < CHANGED_SHARE ? changed(row, isSample) : row]),
    )
    const delta = diffRows(this.#rows, next) ?? {}
    this.#rows = next
    return delta
  }
}

function changed(row: BoardRow, isSample: boolean): BoardRow {
  const counters = {
    eventsProcessed: row.eventsProcessed + Math.floor(Math.random() * 400),
    lastActivity: Date.now(),
  }
  if (!isSample) return { ...row, ...counters }
  return {
    ...row,
    ...counters,
    eventsPerSecond: Math.round(Math.random() * 2_000),
    memoryBytes: row.memoryBytes! + 4_096 * Math.floor(Math.random() * 64 - 32),
    cpuPercent: Number((Math.random() * 20).toPrecision(3)),
    p95Ms: Number((Math.random() * 5).toPrecision(3)),
    mailboxDepth: Math.floor(Math.random() * 20),
  }
}

function firstRow(n: number): BoardRow {
  const now = Date.now()
  const values: Partial<BoardRow> = {
    id: `plugin-${n}`,
    name: `Simulated plugin ${n}`,
    version: '1.0.0',
    pluginType: 'Custom',
    isolation: 'process',
    state: 'active',
    enabled: true,
    activeSince: now,
    isHealthy: true,
    errorRate: 0,
    eventsProcessed: 100_000 + n,
    errorCount: 0,
    eventsPerSecond: 100,
    memoryBytes: 20_000_000,
    cpuPercent: 1,
    p95Ms: 1,
    mailboxDepth: 0,
    lastActivity: now,
  }
  return Object.fromEntries(BOARD_COLUMNS.map((column) => [column, values[column] ?? null])) as unknown as BoardRow
}
