import type { BoardRow } from '@plugboard/protocol'
import { nameOrder } from '../../live/sorted-rows.ts'
import { healthLevel } from '../ui/health-level'

/** What the table can show of a plugin besides its name, in this order. */
export const COLUMNS = [
  'state',
  'version',
  'health',
  'spark',
  'events',
  'errors',
  'lost',
  'memory',
  'cpu',
  'p95',
  'mailbox',
  'uptime',
] as const
export type ColumnId = (typeof COLUMNS)[number]
export type SortKey = 'name' | Exclude<ColumnId, 'spark'>

interface ColumnLook {
  /** In rem. */
  readonly width: number
  /** Where there is no room for all, the lowest are shown. */
  readonly rank: number
  readonly isFigure: boolean
}

export const COLUMN_LOOKS: Readonly<Record<ColumnId, ColumnLook>> = {
  state: { width: 6.5, rank: 1, isFigure: false },
  version: { width: 4.5, rank: 11, isFigure: false },
  health: { width: 5.25, rank: 3, isFigure: false },
  spark: { width: 6, rank: 8, isFigure: false },
  events: { width: 4.5, rank: 2, isFigure: true },
  errors: { width: 5.5, rank: 4, isFigure: true },
  lost: { width: 4.5, rank: 4.5, isFigure: true },
  memory: { width: 5.25, rank: 5, isFigure: true },
  cpu: { width: 4.25, rank: 6, isFigure: true },
  p95: { width: 4.5, rank: 9, isFigure: true },
  mailbox: { width: 4.25, rank: 10, isFigure: true },
  uptime: { width: 5.5, rank: 7, isFigure: true },
}

const REM_PX = 16
/** Between two columns, and at both ends of a row. */
const GAP_PX = 12
const ENDS_PX = 32
const NAME_PX = 152
const SELECT_PX = 16
const ACTIONS_PX = 168
/** From here on several can be selected, and each row has its buttons. */
const SELECT_FROM_PX = 480
const ACTIONS_FROM_PX = 900

interface Fitting {
  readonly shown: readonly ColumnId[]
  readonly selectable: boolean
  readonly withActions: boolean
}

/** What a table of that width, in px, has room for. */
export function fitColumns(chosen: readonly ColumnId[], widthPx: number): Fitting {
  const [selectable, withActions] = [widthPx >= SELECT_FROM_PX, widthPx >= ACTIONS_FROM_PX]
  let left = widthPx - ENDS_PX - NAME_PX
  if (selectable) left -= SELECT_PX + GAP_PX
  if (withActions) left -= ACTIONS_PX + GAP_PX
  const fitting = new Set<ColumnId>()
  for (const column of [...chosen].sort((a, b) => COLUMN_LOOKS[a].rank - COLUMN_LOOKS[b].rank)) {
    left -= COLUMN_LOOKS[column].width * REM_PX + GAP_PX
    if (left < 0) break
    fitting.add(column)
  }
  return { shown: COLUMNS.filter((column) => fitting.has(column)), selectable, withActions }
}

/** The most urgent first; 1 is one in error that will be restarted. */
const STATE_ORDER: Readonly<Record<BoardRow['state'], number>> = {
  error: 0,
  unloading: 2,
  initializing: 3,
  loading: 4,
  active: 5,
  loaded: 6,
  unloaded: 7,
}
const HEALTH_ORDER = { unhealthy: 0, warning: 1, known: 2, starting: 3, healthy: 4, off: 5 }
/** What is absent is less than anything. */
const figure = (value: number | null): number => value ?? -1

const SORT_VALUES: Readonly<Record<SortKey, (row: BoardRow) => number | string>> = {
  name: (row) => row.name,
  version: (row) => row.version,
  state: (row) => (row.state === 'error' && row.nextRestartAt !== null ? 1 : STATE_ORDER[row.state]),
  health: (row) => HEALTH_ORDER[healthLevel(row)],
  events: (row) => figure(row.eventsPerSecond),
  errors: (row) => figure(row.errorRate60s),
  lost: (row) => row.lostPerMinute,
  memory: (row) => figure(row.memoryBytes),
  cpu: (row) => figure(row.cpuPercent),
  p95: (row) => figure(row.p95Ms),
  mailbox: (row) => row.mailboxDepth,
  uptime: (row) => (row.activeSince === null ? -1 : Number.MAX_SAFE_INTEGER - row.activeSince),
}

export interface Sorting {
  readonly key: SortKey
  readonly descending: boolean
}

/** `memory` and `-memory`, as they stand in the address; null where it is neither. */
export function parseSorting(text: string | null): Sorting | null {
  const descending = text?.startsWith('-') ?? false
  const key = descending ? text!.slice(1) : text
  return key !== null && Object.hasOwn(SORT_VALUES, key) ? { key: key as SortKey, descending } : null
}

export function formatSorting({ key, descending }: Sorting): string {
  return descending ? `-${key}` : key
}

/** The next order when a head is pressed: figures the largest first, then the smallest, then none. */
export function nextSorting(current: Sorting | null, key: SortKey): Sorting | null {
  const first = key !== 'name' && key !== 'state' && key !== 'health'
  if (current?.key !== key) return { key, descending: first }
  return current.descending === first ? { key, descending: !first } : null
}

/** Equal ones keep the order they have. */
export function sortRows(rows: readonly BoardRow[], sorting: Sorting | null): readonly BoardRow[] {
  if (!sorting) return rows
  const valueOf = SORT_VALUES[sorting.key]
  const sign = sorting.descending ? -1 : 1
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .sort((a, b) => compare(a.value, b.value) * sign)
    .map(({ row }) => row)
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'string' && typeof b === 'string' ? nameOrder.compare(a, b) : Number(a) - Number(b)
}
