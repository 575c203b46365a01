'use client'

import type { BoardRow } from '@plugboard/protocol'
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
  type SortingState,
} from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import Link from 'next/link'
import { memo, useRef, useState, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { healthLevel, HealthMark, StateMark } from '@/components/ui/state-mark'
import { formatBytes, formatCount, formatDuration, formatMs, formatPercent, formatRate } from '@/format/figures'
import { useServerClock } from '@/live/use-server-clock'
import { useText } from '@/messages/use-text'
import { ActionButton, isOffered, type PluginAction } from './plugin-actions'
import { pluginHref } from './plugin-href'

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
})

const helper = createColumnHelper<typeof features, BoardRow>()
/** What is absent sorts as less than anything. */
const figure = (value: number | null): number => value ?? -1
const HEALTH_ORDER = { unhealthy: 0, warning: 1, starting: 2, healthy: 3, off: 4 }

const columns = helper.columns([
  helper.accessor('name', { id: 'name', sortFn: 'alphanumeric' }),
  helper.accessor('state', { id: 'state', sortFn: 'alphanumeric' }),
  helper.accessor((row) => HEALTH_ORDER[healthLevel(row)], { id: 'health', sortFn: 'basic' }),
  helper.accessor((row) => figure(row.eventsPerSecond), { id: 'events', sortFn: 'basic', sortDescFirst: true }),
  helper.accessor((row) => figure(row.errorRate60s), { id: 'errors', sortFn: 'basic', sortDescFirst: true }),
  helper.accessor((row) => figure(row.memoryBytes), { id: 'memory', sortFn: 'basic', sortDescFirst: true }),
  helper.accessor((row) => figure(row.cpuPercent), { id: 'cpu', sortFn: 'basic', sortDescFirst: true }),
  helper.accessor((row) => figure(row.p95Ms), { id: 'p95', sortFn: 'basic', sortDescFirst: true }),
  helper.accessor('mailboxDepth', { id: 'mailbox', sortFn: 'basic', sortDescFirst: true }),
  helper.accessor((row) => (row.activeSince === null ? -1 : Number.MAX_SAFE_INTEGER - row.activeSince), {
    id: 'uptime',
    sortFn: 'basic',
  }),
])
type ColumnId = 'name' | 'state' | 'health' | 'events' | 'errors' | 'memory' | 'cpu' | 'p95' | 'mailbox' | 'uptime'

const ROW_HEIGHT = 48
/** The same grid for the head and every row; on a phone only what fits. */
const GRID =
  'grid grid-cols-[minmax(0,1fr)_5.5rem_5rem] items-center gap-x-3 px-4 sm:grid-cols-[minmax(0,1fr)_5.5rem_5rem_5rem_5.5rem] xl:grid-cols-[minmax(9rem,1fr)_5.5rem_5rem_4.5rem_5.5rem_5rem_4rem_5.5rem_10rem] 2xl:grid-cols-[minmax(9rem,1fr)_5.5rem_5rem_4.5rem_5.5rem_5rem_4rem_4rem_4rem_5.5rem_10rem]'
const FROM_SM: readonly ColumnId[] = ['events', 'errors']
const FROM_XL: readonly ColumnId[] = ['memory', 'cpu', 'uptime']
const FROM_WIDE: readonly ColumnId[] = ['p95', 'mailbox']

function visibility(column: ColumnId): string {
  if (FROM_WIDE.includes(column)) return 'hidden 2xl:flex'
  if (FROM_XL.includes(column)) return 'hidden xl:flex'
  return FROM_SM.includes(column) ? 'hidden sm:flex' : 'flex'
}

/** All plugins, sortable; only the rows on screen are drawn. */
export function PluginTable({ rows }: { readonly rows: readonly BoardRow[] }): ReactNode {
  const text = useText()
  const now = useServerClock()
  const [sorting, setSorting] = useState<SortingState>([])
  const table = useTable({
    features,
    columns,
    data: rows,
    state: { sorting },
    onSortingChange: setSorting,
    getRowId: (row) => row.id,
  })
  const sorted = table.getRowModel().rows
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => sorted[index]!.id,
    overscan: 8,
  })

  return (
    <div
      role="table"
      aria-label={text('plugins.title')}
      aria-rowcount={sorted.length + 1}
      className="overflow-hidden rounded-lg border bg-surface"
    >
      <div role="rowgroup">
        <div
          role="row"
          aria-rowindex={1}
          className={classes(GRID, 'h-9 border-b bg-canvas text-[13px] font-medium text-muted')}
        >
          {table.getHeaderGroups()[0]!.headers.map(({ id, column }) => {
            const direction = column.getIsSorted()
            const isText = id === 'name' || id === 'state' || id === 'health'
            return (
              <div
                key={id}
                role="columnheader"
                aria-sort={direction === false ? 'none' : direction === 'asc' ? 'ascending' : 'descending'}
                className={classes(visibility(id as ColumnId), !isText && 'justify-end')}
              >
                <button
                  type="button"
                  onClick={column.getToggleSortingHandler()}
                  aria-label={text('plugins.sortBy', { column: text(`plugins.column.${id as ColumnId}`) })}
                  className="-mx-1 rounded px-1 whitespace-nowrap hover:text-ink"
                >
                  {text(`plugins.column.${id as ColumnId}`)}
                  {direction !== false && <span aria-hidden> {direction === 'asc' ? '↑' : '↓'}</span>}
                </button>
              </div>
            )
          })}
          <div role="columnheader" className="hidden xl:block">
            <span className="sr-only">{text('plugins.column.actions')}</span>
          </div>
        </div>
      </div>
      <div ref={scroller} role="rowgroup" className="max-h-[calc(100dvh-180px)] overflow-y-auto">
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = sorted[index]!.original
            const uptime = row.activeSince === null ? null : Math.max(0, Math.floor((now - row.activeSince) / 1_000))
            return (
              <div
                key={row.id}
                role="row"
                aria-rowindex={index + 2}
                className="absolute inset-x-0 border-b last:border-b-0"
                style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
              >
                <Row row={row} uptime={uptime} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

const Row = memo(function Row({ row, uptime }: { readonly row: BoardRow; readonly uptime: number | null }): ReactNode {
  const actions = (['enable', 'restart', 'disable'] as const satisfies readonly PluginAction[]).filter((action) =>
    isOffered(action, row),
  )
  const cell = (id: ColumnId, content: ReactNode): ReactNode => (
    <div role="cell" className={classes(visibility(id), 'figures justify-end whitespace-nowrap')}>
      {content}
    </div>
  )
  return (
    <div role="presentation" className={classes(GRID, 'h-full hover:bg-canvas')}>
      <div role="cell" className="min-w-0">
        <Link href={pluginHref(row.id)} className="block truncate font-medium hover:underline">
          {row.name}
        </Link>
        <span
          className={classes(
            'block truncate text-[13px]',
            row.reasonLevel === 'bad' ? 'text-bad' : row.reasonLevel === 'warning' ? 'text-warn' : 'text-faint',
          )}
          title={row.reason ?? undefined}
        >
          {row.reason ?? `${row.id} · ${row.version}`}
        </span>
      </div>
      <div role="cell">
        <StateMark state={row.state} recovering={row.nextRestartAt !== null} />
      </div>
      <div role="cell">
        <HealthMark level={healthLevel(row)} />
      </div>
      {cell('events', formatRate(row.eventsPerSecond))}
      {cell('errors', formatPercent(row.errorRate60s))}
      {cell('memory', formatBytes(row.memoryBytes))}
      {cell('cpu', row.cpuPercent === null ? '–' : `${row.cpuPercent.toFixed(1)} %`)}
      {cell('p95', formatMs(row.p95Ms))}
      {cell('mailbox', formatCount(row.mailboxDepth))}
      {cell('uptime', formatDuration(uptime))}
      <div role="cell" className="hidden justify-end gap-1 xl:flex">
        {actions.map((action) => (
          <ActionButton key={action} action={action} plugin={row} size="small" look="plain" />
        ))}
      </div>
    </div>
  )
})
