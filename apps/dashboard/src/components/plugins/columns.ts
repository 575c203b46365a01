import type { BoardRow } from '@plugboard/protocol'
import { nameOrder } from '../../live/sorted-rows.ts'
import { healthLevel } from '../ui/health-level'

/** What the table can show of a plugin besides its name, in this order. */
export const COLUMNS = [
  'state',
  'health',
  'spark',
  'events',
  'errors',
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
  /** The least width of the window, in px, from which on it is shown. */
  readonly from: number
  readonly isFigure: boolean
}

export const COLUMN_LOOKS: Readonly<Record<ColumnId, ColumnLook>> = {
  state: { width: 6.5, from: 0, isFigure: false },
  health: { width: 5.25, from: 0, isFigure: false },
  spark: { width: 6, from: 1_536, isFigure: false },
  events: { width: 4.5, from: 640, isFigure: true },
  errors: { width: 5.5, from: 640, isFigure: true },
  memory: { width: 5.25, from: 1_024, isFigure: true },
  cpu: { width: 4.25, from: 1_280, isFigure: true },
  p95: { width: 4.5, from: 1_536, isFigure: true },
  mailbox: { width: 4.25, from: 1_536, isFigure: true },
  uptime: { width: 5.5, from: 1_280, isFigure: true },
}

const HEALTH_ORDER = { unhealthy: 0, warning: 1, starting: 2, healthy: 3, off: 4 }
/** What is absent is less than anything. */
const figure = (value: number | null): number => value ?? -1

const SORT_VALUES: Readonly<Record<SortKey, (row: BoardRow) => number | string>> = {
  name: (row) => row.name,
  state: (row) => row.state,
  health: (row) => HEALTH_ORDER[healthLevel(row)],
  events: (row) => figure(row.eventsPerSecond),
  errors: (row) => figure(row.errorRate60s),
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
