import { own } from './series.ts'
import type { BusStatsView, HealthReason, ManagerStatsView, PluginState, UpdateView } from './view.ts'
import type { WireError } from './wire-error.ts'

/** A plugin's line on the board: plain values only, so that a delta can name a column and its value. */
export interface BoardRow {
  /** The host that it is on. */
  readonly node: string
  readonly id: string
  readonly name: string
  readonly version: string
  readonly pluginType: string
  readonly isolation: 'process' | 'inline'
  readonly state: PluginState
  readonly enabled: boolean
  readonly activeSince: number | null
  readonly nextRestartAt: number | null
  readonly isHealthy: boolean
  /** Since the instance began. */
  readonly errorRate: number
  readonly errorRate60s: number | null
  /** The first reason for its health, if there is one. */
  readonly reasonLevel: 'bad' | 'warning' | null
  readonly reason: string | null
  readonly reasonCode: string | null
  /** As JSON: a column holds plain values. */
  readonly reasonDetails: string | null
  readonly lastErrorAt: number | null
  readonly eventsProcessed: number
  readonly errorCount: number
  readonly errorsTowardLimit: number
  readonly eventsPerSecond: number | null
  readonly memoryBytes: number | null
  readonly cpuPercent: number | null
  readonly p95Ms: number | null
  readonly mailboxDepth: number
  readonly dropped: number
  readonly inDoubt: number
  /** Events that were dropped, discarded, left in doubt or missed in the last minute. */
  readonly lostPerMinute: number
  readonly deadLetters: number
  readonly lastActivity: number | null
  readonly restarts: number
  /** Of an update that is under way, watching included; null: there is none. */
  readonly updatePhase: UpdateView['phase'] | null
  readonly updateFrom: string | null
  readonly updateTo: string | null
  /** Somebody knows of its trouble until then; null: it is not silenced. */
  readonly silencedUntil: number | null
  readonly silencedBy: string | null
  readonly silenceNote: string | null
}

export type BoardColumn = keyof BoardRow
type BoardValue = BoardRow[BoardColumn]

export const BOARD_COLUMNS = [
  'node',
  'id',
  'name',
  'version',
  'pluginType',
  'isolation',
  'state',
  'enabled',
  'activeSince',
  'nextRestartAt',
  'isHealthy',
  'errorRate',
  'errorRate60s',
  'reasonLevel',
  'reason',
  'reasonCode',
  'reasonDetails',
  'lastErrorAt',
  'eventsProcessed',
  'errorCount',
  'errorsTowardLimit',
  'eventsPerSecond',
  'memoryBytes',
  'cpuPercent',
  'p95Ms',
  'mailboxDepth',
  'dropped',
  'inDoubt',
  'lostPerMinute',
  'deadLetters',
  'lastActivity',
  'restarts',
  'updatePhase',
  'updateFrom',
  'updateTo',
  'silencedUntil',
  'silencedBy',
  'silenceNote',
] as const satisfies readonly BoardColumn[]

/** Columns with large whole numbers that change by a small amount. The difference is much shorter than the value. */
const ADDED: ReadonlySet<BoardColumn> = new Set([
  'eventsProcessed',
  'errorCount',
  'memoryBytes',
  'mailboxDepth',
  'dropped',
  'inDoubt',
  'deadLetters',
  'lastActivity',
] satisfies BoardColumn[])

/** A short number that stands for a plugin on the wire as long as it is loaded. */
export type Handle = number
/** A handle, then the values in the order of the snapshot's columns. */
export type EncodedRow = readonly [Handle, ...BoardValue[]]
/**
 * A handle, then pairs of column index and new value; or, from the number of columns on, pairs of column index plus that
 * number and what is to be added to the value.
 */
type EncodedChange = readonly [Handle, ...BoardValue[]]

export interface BoardSnapshot {
  readonly columns: readonly BoardColumn[]
  readonly rows: readonly EncodedRow[]
  readonly manager: ManagerStatsView
  readonly bus: BusStatsView
  /** Why the server can write nothing down; null while it can. */
  readonly storeTrouble: WireError | null
  readonly logOutput: LogOutputView
}

/** Where the server writes its own log. */
export interface LogOutputView {
  /** Null while lines are written. */
  readonly trouble: LogTrouble | null
  /** Lines that could not be written since the server started. */
  readonly lostLines: number
}

/** `full`: no space is left. `unread`: nothing reads it. `closed`: its reader is gone. `failed`: any other failure. */
export type LogTrouble = 'full' | 'unread' | 'closed' | 'failed'

export interface BoardDelta {
  readonly changed?: readonly EncodedChange[]
  readonly added?: readonly EncodedRow[]
  readonly removed?: readonly Handle[]
  readonly manager?: ManagerStatsView
  readonly bus?: BusDelta
  readonly storeTrouble?: WireError | null
  readonly logOutput?: LogOutputView
}

/** Only the counts that have changed; after a reset all of them. */
interface BusDelta {
  readonly totalPublished: number
  readonly totalSubscribers: number
  readonly counts: readonly (readonly [topic: string, count: number])[]
  readonly reset?: true
}

/** The board as a client keeps it. */
export interface Board {
  readonly columns: readonly BoardColumn[]
  readonly rows: ReadonlyMap<Handle, BoardRow>
  readonly manager: ManagerStatsView
  readonly bus: BusStatsView
  readonly storeTrouble: WireError | null
  readonly logOutput: LogOutputView
}

/** The first reason for a plugin's health, if there is one. */
export function reasonOf({ reason, reasonCode, reasonLevel, reasonDetails }: BoardRow): HealthReason | null {
  if (reason === null || reasonCode === null || reasonLevel === null) return null
  const details = reasonDetails === null ? null : (JSON.parse(reasonDetails) as unknown)
  return { code: reasonCode, level: reasonLevel, message: reason, details }
}

export function encodeRow(handle: Handle, row: BoardRow): EncodedRow {
  return [handle, ...BOARD_COLUMNS.map((column) => row[column])]
}

/** What turns the one set of rows into the other; undefined when they are the same. */
export function diffRows(
  before: ReadonlyMap<Handle, BoardRow>,
  after: ReadonlyMap<Handle, BoardRow>,
): Pick<BoardDelta, 'changed' | 'added' | 'removed'> | undefined {
  const changed: EncodedChange[] = []
  const added: EncodedRow[] = []
  for (const [handle, row] of after) {
    const old = before.get(handle)
    if (!old) {
      added.push(encodeRow(handle, row))
      continue
    }
    const pairs: BoardValue[] = []
    BOARD_COLUMNS.forEach((column, index) => {
      const [before, after] = [old[column], row[column]]
      if (after === before) return
      if (ADDED.has(column) && Number.isSafeInteger(before) && Number.isSafeInteger(after)) {
        pairs.push(BOARD_COLUMNS.length + index, Number(after) - Number(before))
      } else pairs.push(index, after)
    })
    if (pairs.length > 0) changed.push([handle, ...pairs])
  }
  const removed = [...before.keys()].filter((handle) => !after.has(handle))
  if (changed.length + added.length + removed.length === 0) return undefined
  return {
    ...(changed.length > 0 && { changed }),
    ...(added.length > 0 && { added }),
    ...(removed.length > 0 && { removed }),
  }
}

/** What turns the one set of figures into the other; undefined when they are the same. */
export function diffBus(before: BusStatsView, after: BusStatsView): BusDelta | undefined {
  const { totalPublished, totalSubscribers } = after
  const isReset = Object.keys(before.eventsByType).some((topic) => !Object.hasOwn(after.eventsByType, topic))
  const counts = Object.entries(after.eventsByType).filter(
    ([topic, count]) => isReset || own(before.eventsByType, topic) !== count,
  )
  const isSame = totalPublished === before.totalPublished && totalSubscribers === before.totalSubscribers
  if (isSame && !isReset && counts.length === 0) return undefined
  return { totalPublished, totalSubscribers, counts, ...(isReset && { reset: true as const }) }
}

export function decodeBoard({ columns, rows, ...rest }: BoardSnapshot): Board {
  return { columns, rows: new Map(rows.map((row) => [row[0], decodeRow(columns, row)])), ...rest }
}

/** A new board with the delta merged in; rows that did not change stay the same objects. */
export function mergeBoard(board: Board, delta: BoardDelta): Board {
  const { changed = [], added = [], removed = [] } = delta
  let { rows } = board
  if (changed.length + added.length + removed.length > 0) {
    const next = new Map(rows)
    for (const handle of removed) next.delete(handle)
    for (const row of added) next.set(row[0], decodeRow(board.columns, row))
    for (const [handle, ...pairs] of changed) {
      const old = next.get(handle)
      if (old) next.set(handle, withChanges(board.columns, old, pairs))
    }
    rows = next
  }
  return {
    columns: board.columns,
    rows,
    manager: delta.manager ?? board.manager,
    bus: delta.bus ? mergeBus(board.bus, delta.bus) : board.bus,
    storeTrouble: delta.storeTrouble === undefined ? board.storeTrouble : delta.storeTrouble,
    logOutput: delta.logOutput ?? board.logOutput,
  }
}

function mergeBus(bus: BusStatsView, { totalPublished, totalSubscribers, counts, reset }: BusDelta): BusStatsView {
  const eventsByType = { ...(reset ? {} : bus.eventsByType), ...Object.fromEntries(counts) }
  return { totalPublished, totalSubscribers, eventsByType }
}

function decodeRow(columns: readonly BoardColumn[], [, ...values]: EncodedRow): BoardRow {
  return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null])) as unknown as BoardRow
}

function withChanges(columns: readonly BoardColumn[], old: BoardRow, pairs: readonly BoardValue[]): BoardRow {
  const row: Record<string, BoardValue> = { ...old }
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const index = pairs[at] as number
    const column = columns[index % columns.length]
    const value = pairs[at + 1]!
    if (column) row[column] = index < columns.length ? value : Number(row[column]) + Number(value)
  }
  return row as unknown as BoardRow
}
